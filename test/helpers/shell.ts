import { spawn } from 'node:child_process'

/** Runs a script in bash; what it printed, both streams. Rejects when it exits with anything but 0. */
export function bash(script: string, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`exit code ${code}: ${output}`)),
    )
  })
}

/** Paragraphs of the code below the comment that begins with `name`: what one has to print stands behind its arrow. */
export function stepsOf(document: string, name: string): { expected: string; script: string }[] {
  const [, code = ''] =
    new RegExp(`<!-- ${name}:[^\\n]*\\n\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(document) ?? []
  return code.split('\n\n').map((script) => ({ script, expected: /→ (.*)$/m.exec(script)?.[1] ?? '' }))
}

/** Runs the steps one after another in one shell; what each of them printed. */
export async function printed(steps: readonly { script: string }[], cwd: string): Promise<string[]> {
  const marked = steps.map(({ script }, index) => `echo "=== ${index}"\n${script}\necho`).join('\n')
  return (await bash(marked, cwd)).split(/^=== \d+\n/m).slice(1)
}
