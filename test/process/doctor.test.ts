import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { realHosts } from '../../routes/index.js'
import { hostsFindings } from '../../src/cli/doctor/hosts.js'
import { temporaryFolder } from '../helpers/folder.js'

test('hosts entries of the real names are good if HTTPS is on port 443 of this machine', () => {
  const file = join(temporaryFolder(), 'hosts')
  writeFileSync(
    file,
    '127.0.0.1 localhost\n# 127.0.0.1 api.katapult.io\n127.0.0.1\tapi.certman.app api.dnsimple.com # ours\n10.0.0.7 api.katapult.io\n',
  )
  const levels = (port: number | undefined) =>
    hostsFindings(file, realHosts, port).map(
      ({ level, about, message }) => `${level} ${about.split(': ')[1]} ${message}`,
    )
  expect(levels(443)).toEqual([
    'ok api.certman.app leads to this machine, where HTTPS is on port 443',
    'ok api.dnsimple.com leads to this machine, where HTTPS is on port 443',
    'warning api.katapult.io leads to 10.0.0.7',
  ])
  expect(levels(4443).slice(0, 1)).toEqual([
    'error api.certman.app leads to port 443 of this machine, but HTTPS listens on 4443',
  ])
  expect(levels(undefined).slice(0, 1)).toEqual([
    'error api.certman.app leads to port 443 of this machine, but HTTPS is off',
  ])
  expect(hostsFindings(join(file, 'nowhere'), realHosts, 443)).toEqual([])
})
