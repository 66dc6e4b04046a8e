import type { ClientVariable } from '../../src/provider.js'

const WRAPPER = ['OpenBao KMS wrapper']

export const environment: readonly ClientVariable[] = [
  {
    name: 'NHN_CLOUD_SKM_ENDPOINT',
    value: ({ baseUrl }) => baseUrl,
    readBy: WRAPPER,
    kind: 'baseUrl',
  },
  {
    name: 'NHN_CLOUD_SKM_APP_KEY',
    value: ({ appKey }) => appKey,
    readBy: WRAPPER,
    kind: 'credential',
  },
  {
    name: 'NHN_CLOUD_SKM_USER_ACCESS_KEY_ID',
    value: ({ accessKeyId }) => accessKeyId,
    readBy: WRAPPER,
    kind: 'credential',
  },
  {
    name: 'NHN_CLOUD_SKM_USER_SECRET_ACCESS_KEY',
    value: ({ secretAccessKey }) => secretAccessKey,
    readBy: WRAPPER,
    kind: 'credential',
  },
  {
    name: 'NHN_CLOUD_SKM_KEY_STORE',
    value: ({ keyStoreName }) => keyStoreName,
    readBy: [],
    kind: 'credential',
  },
]
