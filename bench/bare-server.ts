import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'

/**
 * What the emulator is held against: the smallest Fastify server there is. Given a number of bytes, it also
 * reads a JSON answer of that size by its key from SQLite.
 */
const size = Number(process.argv[2] ?? 0)
const app = Fastify()
const path = size > 0 ? await serveDocument(size) : '/'
if (size === 0) app.get(path, async () => ({ status: 'ok' }))

const url = await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`${JSON.stringify({ event: 'ready', url, path })}\n`)

async function serveDocument(bytes: number): Promise<string> {
  const { default: Database } = await import('better-sqlite3')
  const db = new Database(':memory:')
  db.exec('CREATE TABLE documents (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT')
  const id = randomUUID()
  const body = 'x'.repeat(Math.max(0, bytes - JSON.stringify({ id, body: '' }).length))
  db.prepare('INSERT INTO documents VALUES (?, ?)').run(id, body)
  const byId = db.prepare('SELECT * FROM documents WHERE id = ?')
  app.get<{ Params: { id: string } }>('/documents/:id', async ({ params }) => byId.get(params.id))
  return `/documents/${id}`
}
