import type { ClientVariable } from '../../src/provider.js'

export const environment: readonly ClientVariable[] = [
  {
    name: 'CERTMAN_API_URL',
    value: ({ baseUrl }) => baseUrl,
    readBy: ['certman CLI'],
    kind: 'baseUrl',
  },
  {
    name: 'CERTMAN_API_KEY',
    value: ({ apiKey }) => apiKey,
    readBy: ['certman CLI'],
    kind: 'credential',
  },
]
