/**
 * Every failure of Secure Key Manager: the header's `resultCode` and `resultMessage`, `"body": null`.
 *
 * The messages are the documented ones. NHN publishes neither their numbers nor their HTTP statuses: both are this
 * emulator's own (README, "Known differences"). `nhn.errorStatus` chooses between the two columns of statuses.
 */
export class SkmError extends Error {
  constructor(
    readonly code: number,
    message: string,
    /** With `nhn.errorStatus` `nhn`: a failed call is a 200 whose header says so. */
    readonly status: number,
    /** With `nhn.errorStatus` `http`. */
    readonly httpStatus: number,
  ) {
    super(message)
    this.name = 'SkmError'
  }
}

export const errors = {
  invalidParameter: () => new SkmError(40000, 'Invalid Parameter', 200, 400),
  plaintextTooLong: () => new SkmError(40001, 'Plaintext Too Long', 200, 400),
  invalidAppkey: () => new SkmError(40100, 'Invalid Appkey', 200, 401),
  unauthorized: () => new SkmError(80401, 'Unauthorized', 401, 401),
  forbidden: () => new SkmError(80403, 'Forbidden', 403, 403),
  ipv4AuthFailure: () => new SkmError(40301, 'IPv4 Auth Failure', 200, 403),
  macAuthFailure: () => new SkmError(40302, 'MAC Auth Failure', 200, 403),
  certificateAuthFailure: () => new SkmError(40303, 'Certificate Auth Failure', 200, 403),
  urlNotFound: () => new SkmError(40400, 'URL NOT FOUND', 404, 404),
  invalidKeyId: () => new SkmError(40401, 'Invalid Key Id', 200, 404),
  invalidKeyVersion: () => new SkmError(40402, 'Invalid Key Version', 200, 404),
  invalidKeyStore: () => new SkmError(40403, 'Invalid Key Store', 200, 404),
  invalidAuthValue: () => new SkmError(40404, 'Invalid Auth Value', 200, 404),
  invalidKeyStatus: () => new SkmError(40901, 'Invalid Key Status', 200, 409),
  invalidKeyVersionStatus: () => new SkmError(40902, 'Invalid Key Version Status', 200, 409),
  duplicateAuthValue: () => new SkmError(40903, 'Duplicate Auth Value', 200, 409),
  invalidAuthStatus: () => new SkmError(40904, 'Invalid Auth Status', 200, 409),
  requestTooLarge: () => new SkmError(41300, 'Request Too Large', 413, 413),
  invalidUserData: () => new SkmError(42200, 'Invalid User Data', 200, 422),
  internal: () => new SkmError(50000, 'Internal Server Error', 500, 500),
  /** Fault rules alone answer it. */
  serviceUnavailable: () => new SkmError(50300, 'Service Unavailable', 503, 503),
}
