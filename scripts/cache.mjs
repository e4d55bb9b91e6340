/** Where what the scripts bring or make is kept, relative to the repository. */
export const CACHE = process.env.LOOPSCOPE_CACHE ?? '.cache'
