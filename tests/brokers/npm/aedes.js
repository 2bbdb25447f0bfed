// SPDX-License-Identifier: Apache-2.0
// The library aedes as a broker, with the users of the matrix. Arguments: certificate, key, port for TLS, port for wss
'use strict'
const fs = require('fs')
const https = require('https')
const tls = require('tls')
const { Aedes } = require('aedes')
const WebSocket = require('ws')

const [certificate, key, tlsPort, wssPort] = process.argv.slice(2)
const forbidden = (client, topic) => client && client.user === 'meter' && topic.startsWith('forbidden/')

async function main () {
  const broker = await Aedes.createBroker()
  broker.authenticate = (client, user, password, done) => {
    client.user = user
    const known = ['meter', 'admin'].includes(user) && password.toString() === 'right'
    done(known ? null : Object.assign(new Error('bad user name or password'), { returnCode: 4 }), known)
  }
  broker.authorizePublish = (client, packet, done) =>
    done(forbidden(client, packet.topic) ? new Error('not allowed') : null)
  broker.authorizeSubscribe = (client, subscription, done) =>
    done(null, forbidden(client, subscription.topic) ? null : subscription)

  const options = { cert: fs.readFileSync(certificate), key: fs.readFileSync(key) }
  const web = https.createServer(options)
  new WebSocket.Server({ server: web }).on('connection', (socket, request) =>
    broker.handle(WebSocket.createWebSocketStream(socket), request))
  tls.createServer(options, broker.handle).listen(tlsPort, '127.0.0.1', () =>
    web.listen(wssPort, '127.0.0.1', () => console.log('the broker is ready')))
}

process.on('SIGTERM', () => process.exit(0))
main()
