import { placeMarks } from '../lanes/marks.ts'
import { ROW_PX } from '../lanes/rowGeometry.ts'
import { paint } from '../renderer/renderer.ts'
import { jobName } from '../stories/jobFacts.ts'
import { BAR, LABEL_PAD_PX, MIN_LABEL_PX, type Scene } from './scene.ts'

const JOB = paint('running')

/** An executor's thread: a bar for each job that it ran. */
export function drawThreadLane({ data, marks, scale, renderer }: Scene, stream: number, topPx: number): void {
  const middle = topPx + ROW_PX / 2
  placeMarks(marks, data.jobItems(stream), scale)
  for (let i = 0; i < marks.count; i++) {
    const [x0, x1] = [marks.x0[i], marks.x1[i]]
    renderer.bar(JOB, x0, middle - BAR.waitingPx / 2, Math.max(x1 - x0, 1), BAR.waitingPx)
    const labelX = Math.max(x0, 0) + LABEL_PAD_PX
    const room = x1 - labelX - LABEL_PAD_PX
    if (room > MIN_LABEL_PX && marks.items[i] === 1)
      renderer.text('onRunning', jobName(data.model, data.jobs.job[marks.item[i]]), labelX, middle, room)
  }
}
