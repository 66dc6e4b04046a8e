import type { z } from 'zod'
import { toPem } from '../../src/pki/pem.js'
import type { CaDetails, CaRow, CertificateRow } from './rows.js'
import type * as schemas from './schemas.js'

/** ISO 8601 with milliseconds and `Z`. */
const timestamp = (instant: number): string => new Date(instant).toISOString()
const nullable = (instant: number | null): string | null => (instant === null ? null : timestamp(instant))

export const certificatePem = (der: Buffer): string => toPem('CERTIFICATE', der)

export function caSummaryView(row: CaRow): z.infer<typeof schemas.CaSummary> {
  const { commonName, organization } = JSON.parse(row.details) as CaDetails
  return {
    id: row.id,
    name: row.name,
    common_name: commonName,
    organization,
    key_algorithm: row.key_algorithm,
    valid_from: timestamp(row.not_before),
    valid_to: timestamp(row.not_after),
    created_at: timestamp(row.created_at),
    parent_ca_id: row.parent_id,
    depth: row.depth,
    path_length: row.path_length,
  }
}

export function caView(row: CaRow, der: Buffer): z.infer<typeof schemas.Ca> {
  const { commonName, organization, country, state, locality } = JSON.parse(row.details) as CaDetails
  return {
    id: row.id,
    name: row.name,
    common_name: commonName,
    organization,
    country,
    state,
    locality,
    key_algorithm: row.key_algorithm,
    certificate_pem: certificatePem(der),
    serial_number: row.serial_number,
    valid_from: timestamp(row.not_before),
    valid_to: timestamp(row.not_after),
    created_at: timestamp(row.created_at),
    has_passphrase: row.protected === 1,
    parent_ca_id: row.parent_id,
    depth: row.depth,
    path_length: row.path_length,
    revoked_at: nullable(row.revoked_at),
    revocation_reason: row.revocation_reason,
  }
}

export function certificateView(row: CertificateRow): z.infer<typeof schemas.Certificate> {
  return {
    id: row.id,
    ca_id: row.ca_id,
    common_name: row.common_name,
    san_dns: JSON.parse(row.san_dns) as string[],
    san_ip: JSON.parse(row.san_ip) as string[],
    key_algorithm: row.key_algorithm,
    valid_from: timestamp(row.not_before),
    valid_to: timestamp(row.not_after),
    serial_number: row.serial_number,
    revoked_at: nullable(row.revoked_at),
    revocation_reason: row.revocation_reason,
    created_at: timestamp(row.created_at),
  }
}

export function issuedView(row: CertificateRow, der: Buffer): z.infer<typeof schemas.IssuedCertificate> {
  const { id, common_name, san_dns, san_ip, valid_from, valid_to, serial_number, created_at } =
    certificateView(row)
  return {
    id,
    common_name,
    certificate_pem: certificatePem(der),
    san_dns,
    san_ip,
    valid_from,
    valid_to,
    serial_number,
    created_at,
  }
}

export function certificateListView(
  rows: readonly CertificateRow[],
  total: number,
  { page, pageSize }: { page: number; pageSize: number },
): z.infer<typeof schemas.CertificateList> {
  const totalPages = Math.ceil(total / pageSize)
  return { certificates: rows.map(certificateView), total, page, pageSize, totalPages }
}

export function revokedView(row: CertificateRow): z.infer<typeof schemas.Revoked> {
  return {
    message: 'Certificate revoked successfully',
    certificate: {
      id: row.id,
      common_name: row.common_name,
      revoked_at: nullable(row.revoked_at),
      revocation_reason: row.revocation_reason,
    },
  }
}
