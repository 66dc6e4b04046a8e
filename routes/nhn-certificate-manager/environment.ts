import type { ClientVariable } from '../../src/provider.js'

/** No client of this service is known to read any variable. */
export const environment: readonly ClientVariable[] = [
  {
    name: 'NHN_CLOUD_CM_ENDPOINT',
    value: ({ baseUrl }) => baseUrl,
    readBy: [],
    kind: 'baseUrl',
  },
  {
    name: 'NHN_CLOUD_CM_APP_KEY',
    value: ({ appKey }) => appKey,
    readBy: [],
    kind: 'credential',
  },
  {
    name: 'NHN_CLOUD_CM_USER_ACCESS_KEY_ID',
    value: ({ accessKeyId }) => accessKeyId,
    readBy: [],
    kind: 'credential',
  },
  {
    name: 'NHN_CLOUD_CM_USER_SECRET_ACCESS_KEY',
    value: ({ secretAccessKey }) => secretAccessKey,
    readBy: [],
    kind: 'credential',
  },
]
