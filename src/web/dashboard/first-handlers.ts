/** A handler to be copied: what receives callbacks at port 4000, checks that each is genuine, and acknowledges it. */
export type FirstHandler = {
  readonly name: string;
  readonly file: string;
  readonly code: string;
  /** What starts it in a terminal, and what it needs beside the language itself. */
  readonly start: string;
  readonly needs: string;
};

const port = 4000;

/** Where the handlers are reached: what step two suggests. */
export const firstUrl = `http://127.0.0.1:${port}/callbacks`;

const typescript = `import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";

const apiKey = process.env.COUNTERSIGN_API_KEY ?? "";

createServer(async (request, response) => {
  const payload = await read(request).catch(() => null);
  if (!payload || !isGenuine(payload.event)) return response.writeHead(400).end("Not a callback of ours.");
  console.log(payload.event.event_type, payload.signature_request?.title ?? "");
  response.end("Hello API Event Received");
}).listen(${port}, "127.0.0.1");

async function read(request: IncomingMessage) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = { "content-type": request.headers["content-type"] ?? "" };
  const form = await new Response(Buffer.concat(chunks), { headers }).formData();
  return JSON.parse(String(form.get("json")));
}

function isGenuine(event: { event_time: string; event_type: string; event_hash: string }) {
  const made = createHmac("sha256", apiKey).update(event.event_time + event.event_type).digest("hex");
  return made.length === event.event_hash.length && timingSafeEqual(Buffer.from(made), Buffer.from(event.event_hash));
}
`;

const python = `import hashlib, hmac, json, os
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, HTTPServer

API_KEY = os.environ["COUNTERSIGN_API_KEY"].encode()


class Callbacks(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        head = b"Content-Type: " + self.headers["content-type"].encode() + b"\\r\\n\\r\\n"
        [part] = BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()
        payload = json.loads(part.get_payload(decode=True))
        event = payload["event"]
        made = hmac.new(API_KEY, (event["event_time"] + event["event_type"]).encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(made, event["event_hash"]):
            return self.send_error(401, "Not a callback of ours")
        print(event["event_type"], payload.get("signature_request", {}).get("title", ""), flush=True)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Hello API Event Received")


HTTPServer(("127.0.0.1", ${port}), Callbacks).serve_forever()
`;

const php = `<?php
$payload = json_decode($_POST['json'] ?? '', true);
$event = $payload['event'] ?? ['event_time' => '', 'event_type' => '', 'event_hash' => ''];
$made = hash_hmac('sha256', $event['event_time'] . $event['event_type'], getenv('COUNTERSIGN_API_KEY'));

if (!hash_equals($made, $event['event_hash'])) {
    http_response_code(401);
    exit('Not a callback of ours.');
}
file_put_contents('php://stderr', $event['event_type'] . ' ' . ($payload['signature_request']['title'] ?? '') . "\\n");
echo 'Hello API Event Received';
`;

const ruby = `require "json"
require "openssl"
require "webrick"

server = WEBrick::HTTPServer.new(BindAddress: "127.0.0.1", Port: ${port})
server.mount_proc "/callbacks" do |request, response|
  payload = JSON.parse(request.query["json"].to_s)
  event = payload["event"]
  said = event["event_time"] + event["event_type"]
  made = OpenSSL::HMAC.hexdigest("sha256", ENV.fetch("COUNTERSIGN_API_KEY"), said)
  if OpenSSL.secure_compare(made, event["event_hash"])
    puts "#{event["event_type"]} #{payload.dig("signature_request", "title")}"
    response.body = "Hello API Event Received"
  else
    response.status = 401
  end
end
trap("INT") { server.shutdown }
trap("TERM") { server.shutdown }
$stdout.sync = true
server.start
`;

const go = `package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

type payload struct {
	Event struct {
		Type string \`json:"event_type"\`
		Time string \`json:"event_time"\`
		Hash string \`json:"event_hash"\`
	} \`json:"event"\`
	Request struct {
		Title string \`json:"title"\`
	} \`json:"signature_request"\`
}

func main() {
	key := []byte(os.Getenv("COUNTERSIGN_API_KEY"))
	http.HandleFunc("/callbacks", func(w http.ResponseWriter, r *http.Request) {
		var p payload
		if err := json.Unmarshal([]byte(r.FormValue("json")), &p); err != nil {
			http.Error(w, "Not a callback.", http.StatusBadRequest)
			return
		}
		made := hmac.New(sha256.New, key)
		made.Write([]byte(p.Event.Time + p.Event.Type))
		if !hmac.Equal([]byte(hex.EncodeToString(made.Sum(nil))), []byte(p.Event.Hash)) {
			http.Error(w, "Not a callback of ours.", http.StatusUnauthorized)
			return
		}
		fmt.Println(p.Event.Type, p.Request.Title)
		fmt.Fprint(w, "Hello API Event Received")
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:${port}", nil))
}
`;

/** No URL and no server: it takes callbacks over a listener, as \`countersign listen\` does, and says that each was acknowledged. */
function curlFor(publicUrl: string): string {
  return `api=${publicUrl}/api/listeners
key="$COUNTERSIGN_API_KEY:"
of() { sed -n "s/.*\\"$1\\":\\"\\{0,1\\}\\([^\\",}]*\\).*/\\1/p"; }

listener=$(curl -s -u "$key" "$api" -d name=curl | of listener_id)
echo "listening"
while taken=$(curl -sf -u "$key" "$api/$listener/take" -d most=1 -d wait_seconds=20); do
  delivery=$(printf '%s' "$taken" | of delivery_id)
  [ -n "$delivery" ] || continue
  printf '%s' "$taken" | of event_type
  curl -s -o /dev/null -u "$key" "$api/$listener/settle" -d delivery_id="$delivery" \\
    -d lease="$(printf '%s' "$taken" | of lease)" -d url=http://localhost/ -d duration_ms=1 \\
    -d status=200 -d body='Hello API Event Received'
done
`;
}

/** The handlers by their short names, in the order in which they are offered. */
export function firstHandlers(publicUrl: string): Readonly<Record<string, FirstHandler>> {
  return {
    typescript: {
      name: "TypeScript",
      file: "handler.ts",
      code: typescript,
      start: "node handler.ts",
      needs: "Node 22.18 or newer runs it as it is.",
    },
    python: {
      name: "Python",
      file: "handler.py",
      code: python,
      start: "python3 handler.py",
      needs: "Python 3.9 or newer; nothing else.",
    },
    php: {
      name: "PHP",
      file: "handler.php",
      code: php,
      start: `php -S 127.0.0.1:${port} handler.php`,
      needs: "PHP 7.4 or newer, with its built-in server.",
    },
    ruby: {
      name: "Ruby",
      file: "handler.rb",
      code: ruby,
      start: "ruby handler.rb",
      needs: "Ruby 3 with WEBrick: gem install webrick.",
    },
    go: {
      name: "Go",
      file: "handler.go",
      code: go,
      start: "go run handler.go",
      needs: "Go 1.18 or newer; nothing else.",
    },
    curl: {
      name: "curl",
      file: "handler.sh",
      code: curlFor(publicUrl),
      start: "sh handler.sh",
      needs: "No URL is needed: it fetches callbacks from this server, over as many calls as it likes.",
    },
  };
}
