export interface Machine {
  readonly cores: number
  readonly node: string
  readonly date: Date
}

/** The text of `bench/README.md`. */
export const readme = (table: string, { cores, node, date }: Machine): string => `# Benchmarks

\`\`\`sh
npm run bench                      # everything, about five minutes
npm run bench -- --quick           # half a minute, to try something
npm run bench -- lists issuance    # only these groups
npm run bench -- --write           # everything, and this file anew
\`\`\`

A number of requests per second says something about the machine; a ratio says something about the program. So
everything is measured against a reference in the same run: both sides in turn, several rounds, and the median of
the rounds' ratios. The server under test is built first and runs in a process of its own, on loopback; the load
comes from the bench's process, over plain keep-alive connections with one request at a time on each.
Nothing here is asserted in a test.

Last run: ${date.toISOString().slice(0, 10)}, ${cores} cores, Node.js ${node}.

${table}

| file | measures |
| --- | --- |
| \`start.ts\` | start to ready line, idle memory, against a bare Fastify server |
| \`read-by-id.ts\` | reads through authentication and validation, against a bare read by key (\`bare-server.ts\`) |
| \`lists.ts\` | pages of a large sandbox (\`large-world.ts\`) against the same among 100 rows |
| \`issuance.ts\` | certificates with a new key over HTTP, against the cryptography alone |
| \`sandboxes.ts\` | create, reset, keep and restore over HTTP, memory of an idle sandbox |
| \`journal.ts\` | what the journal costs a read, and memory after 1,000,000 journalled requests |
| \`time.ts\` | ninety days of automatic renewals, against the cryptography alone |
| \`key-generation.ts\` | latency of a read while RSA-4096 keys are made, against the same at rest |
`
