/**
 * Loaded before a Node server (`node --import ./bench/probe.js …`): tells over IPC how much CPU
 * time and memory the process has used. Idle but for that.
 */
process.on('message', (question) => {
  if (question === 'collected') globalThis.gc?.()
  process.send?.({ cpu: process.cpuUsage(), memory: process.memoryUsage() })
})
// The server alone decides how long the process lives.
process.channel?.unref()
