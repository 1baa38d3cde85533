import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from safar_client import NotGenuine, told


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            news = told(os.environ["SAFAR_WEBHOOK_SECRET"], self.headers, body)
        except NotGenuine:
            self.send_error(400)
            return
        print(news.number, news.kind, news.resource, news.id, flush=True)
        self.send_response(204)
        self.end_headers()


HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Receiver).serve_forever()
