import { type Distortion as DistortionName, distortDer, distortPem } from '../authority/distortions.js'
import type { Distortion } from './fault-catalogue.js'

/** Places where the answer has certificates and keys in PEM, in JSON or as they are. */
export function inPem(
  distortion: DistortionName,
  operations: readonly string[],
): Readonly<Record<string, Distortion>> {
  const distort: Distortion = async (answer, { sandbox }) => {
    // Whatever the bytes are, Latin-1 brings them back as they were.
    const text = typeof answer === 'string' ? answer : answer.toString('latin1')
    const distorted = await distortPem(distortion, text, sandbox)
    if (distorted === undefined || typeof answer === 'string') return distorted
    return Buffer.from(distorted, 'latin1')
  }
  return Object.fromEntries(operations.map((operation) => [operation, distort]))
}

/** The answer is one certificate, in DER or in PEM. */
export const certificateAnswer =
  (distortion: DistortionName): Distortion =>
  (answer, { sandbox }) =>
    typeof answer === 'string'
      ? distortPem(distortion, answer, sandbox)
      : distortDer(distortion, answer, sandbox)
