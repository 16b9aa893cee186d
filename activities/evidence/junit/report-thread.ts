/** A thread of its own: reads the report it is given and says what it counts. */
import { parentPort, workerData } from 'node:worker_threads'
import { reportIn } from './report-in.ts'

parentPort?.postMessage(reportIn(String(workerData)))
