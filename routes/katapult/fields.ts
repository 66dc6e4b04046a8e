import { z } from 'zod'
import { isHostName } from './names.js'
import { isNetwork } from './networks.js'

/** What seed and console both ask for. */
export const HostName = z
  .string()
  .refine(isHostName, 'must be a host name; a wildcard can be its left-most label only')
export const Network = z.string().refine(isNetwork, 'must be an IP address or a network such as "10.0.0.0/8"')
export const SubDomain = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'must be a DNS label in lower case')
export const AlwaysFails = z.enum(['invalid_capabilities_token', 'service_unavailable'])
export const RateLimit = z.int().min(1).max(1_000_000)
