import type { ClientVariable } from '../../src/provider.js'

/** The Terraform provider has no base URL: with the others' it still goes to the real service. */
const SANDBOX = "the Terraform provider goes to DNSimple's own sandbox, which has no certificates"

export const environment: readonly ClientVariable[] = [
  {
    name: 'DNSIMPLE_BASE_URL',
    value: ({ baseUrl }) => baseUrl,
    readBy: ['dnsimple CLI', 'dnsimple-ruby', 'lego'],
    kind: 'baseUrl',
  },
  {
    name: 'DNSIMPLE_TOKEN',
    value: ({ accessToken }) => accessToken,
    readBy: ['dnsimple CLI', 'Terraform provider'],
    kind: 'credential',
  },
  {
    name: 'DNSIMPLE_ACCOUNT',
    value: ({ accountId }) => accountId,
    readBy: ['dnsimple CLI', 'Terraform provider'],
    kind: 'credential',
  },
  {
    name: 'DNSIMPLE_ACCESS_TOKEN',
    value: ({ accessToken }) => accessToken,
    readBy: ['dnsimple-ruby'],
    kind: 'credential',
  },
  {
    name: 'DNSIMPLE_OAUTH_TOKEN',
    value: ({ accessToken }) => accessToken,
    readBy: ['lego'],
    kind: 'credential',
  },
  {
    name: 'DNSIMPLE_SANDBOX',
    value: () => undefined,
    readBy: ['Terraform provider'],
    kind: 'baseUrl',
    elsewhere: (value) => (['', 'false', '0'].includes(value.toLowerCase()) ? undefined : SANDBOX),
  },
]
