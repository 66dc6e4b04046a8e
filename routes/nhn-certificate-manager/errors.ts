/**
 * Who refuses, for each writes it in its own way: the service with an empty `body` (contract §1.3), the check of
 * the credentials with its header in another order (§1.5), the gateway likewise and without a `body` (§1.7).
 */
type Origin = 'service' | 'credentials' | 'gateway'

/**
 * Every failure of Certificate Manager: the header's `resultCode` and `resultMessage`. Codes from 52000 on are the
 * documented ones of the service, seven-digit ones those of the API gateway before it. The statuses of the former
 * are this emulator's own (README, "Known differences"): `nhn.errorStatus` chooses between the two columns.
 */
export class CmError extends Error {
  constructor(
    readonly code: number,
    message: string,
    /** With `nhn.errorStatus` `nhn`: a failed call is a 200 whose header says so. */
    readonly status: number,
    /** With `nhn.errorStatus` `http`. */
    readonly httpStatus: number = status,
    readonly origin: Origin = 'service',
  ) {
    super(message)
    this.name = 'CmError'
  }
}

/** 512 KB (contract §1.4). */
export const FILE_LIMIT = 524_288

const gateway = (code: number, message: string, status: number) =>
  new CmError(code, message, status, status, 'gateway')

const credentials = (code: number, message: string, status: number) =>
  new CmError(code, message, status, status, 'credentials')

export const errors = {
  unknownName: () => new CmError(52000, 'Certificate name does not exist.', 200, 404),
  noFile: () => new CmError(52001, 'Certificate file does not exist.', 200, 404),
  severalFiles: () => new CmError(52002, 'There are more than one certificate file.', 200, 409),
  notPem: () => new CmError(52003, 'The certificate file is not a pem file.', 200, 400),
  otherName: () =>
    new CmError(
      52004,
      'The certificate name in the file is different from the requested certificate name.',
      200,
      400,
    ),
  // Without a full stop in the versions up to v1.1, whose code table this is (contract §1.8).
  expired: () => new CmError(52005, 'Certificate file has expired', 200, 400),
  noAuthority: () =>
    new CmError(52006, 'The certificate has an invalid certificate authority name.', 200, 400),
  notOneFile: () => new CmError(52007, 'Requested certificate file should be one.', 200, 400),
  fileTooLarge: (size: number) =>
    new CmError(
      52008,
      `Maximum permitted size is ${FILE_LIMIT} bytes. But, requested ${size} bytes.`,
      200,
      413,
    ),
  unauthorized: () => credentials(80401, 'Unauthorized', 401),
  forbidden: () => credentials(80403, 'Forbidden', 403),
  invalidAppKey: () => credentials(401100000, 'Invalid appKey.', 401),
  urlNotFound: () => gateway(4041007, 'URL Not Found', 404),
  invalidUri: () => gateway(4000003, 'Invalid URI.', 400),
  badRequest: (detail: string) => gateway(4000007, `Bad Request (${detail})`, 400),
  requestTooLarge: () =>
    gateway(4131000, 'Request size is larger than permissible limit. the permissible limit is 10mb.', 413),
  internal: () => new CmError(50000, 'Internal Server Error', 500),
  /** Fault rules alone answer it. */
  serviceUnavailable: () => new CmError(50300, 'Service Unavailable', 503),
}
