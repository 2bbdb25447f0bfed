// SPDX-License-Identifier: Apache-2.0
// The library mosca as a broker, with the users of the matrix. Arguments: certificate, key, port for TLS, port for wss
'use strict'
const mosca = require('mosca')

const [certPath, keyPath, tlsPort, wssPort] = process.argv.slice(2)
const forbidden = (client, topic) => client.user === 'meter' && topic.startsWith('forbidden/')
const credentials = { certPath, keyPath }
const broker = new mosca.Server({
  logger: { level: 'fatal' },
  interfaces: [
    { type: 'mqtts', host: '127.0.0.1', port: Number(tlsPort), credentials },
    { type: 'https', host: '127.0.0.1', port: Number(wssPort), credentials }
  ],
  persistence: { factory: mosca.persistence.Memory }
})
broker.on('ready', () => {
  broker.authenticate = (client, user, password, done) => {
    client.user = user
    done(null, ['meter', 'admin'].includes(user) && String(password) === 'right')
  }
  broker.authorizePublish = (client, topic, payload, done) => done(null, !forbidden(client, topic))
  broker.authorizeSubscribe = (client, topic, done) => done(null, !forbidden(client, topic))
  console.log('the broker is ready')
})
process.on('SIGTERM', () => process.exit(0))
