import type { ClientVariable } from '../../src/provider.js'

export const environment: readonly ClientVariable[] = [
  {
    name: 'KATAPULT_TF_DEBUG_API_URL',
    // It adds the path of the API itself.
    value: ({ baseUrl = '' }) => new URL(baseUrl).origin,
    readBy: ['Terraform provider'],
    kind: 'baseUrl',
  },
  {
    name: 'KATAPULT_API_URL',
    value: ({ baseUrl }) => baseUrl,
    readBy: [],
    kind: 'baseUrl',
  },
  {
    name: 'KATAPULT_API_KEY',
    value: ({ apiToken }) => apiToken,
    readBy: ['Terraform provider'],
    kind: 'credential',
  },
  {
    name: 'KATAPULT_API_TOKEN',
    value: ({ apiToken }) => apiToken,
    readBy: ['katapult-cli'],
    kind: 'credential',
  },
  {
    name: 'KATAPULT_ORGANIZATION',
    value: ({ organization }) => organization,
    readBy: ['Terraform provider'],
    kind: 'credential',
  },
]
