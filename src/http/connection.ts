import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

const below = new Map<string, Socket>()

/** By both ends, which no two open connections have in common. */
const endsOf = ({ localAddress, localPort, remoteAddress, remotePort }: Socket): string =>
  `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`

/** Remembers the TCP connection below each TLS one: it alone can be reset. */
export function rememberConnections(server: Server): void {
  server.on('connection', (socket: Socket) => {
    const ends = endsOf(socket)
    below.set(ends, socket)
    socket.once('close', () => below.delete(ends))
  })
}

/** Ends the connection with a TCP RST, also below TLS. */
export function resetConnection(socket: Socket): void {
  const tcp = socket instanceof TLSSocket ? below.get(endsOf(socket)) : socket
  if (tcp) tcp.resetAndDestroy()
  socket.destroy()
}
