// Stands for the code of lint.test.ts, which is parsed with this file's name.
export {}
