import { errors } from './errors.js'
import type { AccountRow } from './rows.js'

/** What a plan lets an account order. */
export interface Features {
  readonly letsencrypt: boolean
  readonly customName: boolean
  readonly san: boolean
  readonly wildcard: boolean
}

/** Everything but the default certificate needs a Teams or Enterprise plan. */
export function featuresOfPlan(planIdentifier: string): Features {
  const large = /^(?:teams|enterprise)/.test(planIdentifier)
  return { letsencrypt: true, customName: large, san: large, wildcard: large }
}

/** What was given to the account, whatever its plan says. */
export const givenFeatures = ({ features }: AccountRow): Partial<Features> =>
  JSON.parse(features) as Partial<Features>

export const featuresOf = (account: AccountRow): Features => ({
  ...featuresOfPlan(account.plan_identifier),
  ...givenFeatures(account),
})

/** What stands at the end of the 412 texts: the name, else the email. */
export const labelOf = ({ name, email }: AccountRow): string => name ?? email

/** Throws the 412 that applies first: Let's Encrypt, wildcard, SAN, custom name (the order is our choice). */
export function assertPlanAllows(account: AccountRow, name: string, alternateNames: readonly string[]): void {
  const features = featuresOf(account)
  const label = labelOf(account)
  const wildcard = [name, ...alternateNames].some((each) => each.startsWith('*'))
  if (!features.letsencrypt) throw errors.letsencryptDisabled(label)
  if (wildcard && !features.wildcard) throw errors.wildcardMissing(label)
  if (alternateNames.length > 0 && !features.san) throw errors.sanMissing(label)
  const custom = name !== 'www' && !name.startsWith('*')
  if (custom && !features.customName) throw errors.customNameMissing(label)
}
