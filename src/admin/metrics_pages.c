/* admin/metrics_pages.c: what is there to be read over HTTP. */
#include "config.h"

#include "admin/metrics_pages.h"

#include "base/mem.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static void answer(struct evhttp_request *req, int code, const char *reason, const char *type, const char *data,
                   size_t len)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
    struct evbuffer *body = evbuffer_new();
    char length[32];

    mem_need(body != NULL);
    snprintf(length, sizeof(length), "%zu", len);
    evhttp_add_header(headers, "Content-Type", type);
    evhttp_add_header(headers, "Content-Length", length);
    evhttp_add_header(headers, "Cache-Control", "no-store");
    evhttp_add_header(headers, "Connection", "close");
    if (evhttp_request_get_command(req) != EVHTTP_REQ_HEAD) {
        evbuffer_add(body, data, len);
    }
    evhttp_send_reply(req, code, reason, body);
    evbuffer_free(body);
}

static void answer_text(struct evhttp_request *req, int code, const char *reason, const char *text)
{
    answer(req, code, reason, "text/plain; charset=utf-8", text, strlen(text));
}

static bool may_read(struct evhttp_request *req)
{
    enum evhttp_cmd_type how = evhttp_request_get_command(req);

    if (how == EVHTTP_REQ_GET || how == EVHTTP_REQ_HEAD) {
        return true;
    }
    evhttp_add_header(evhttp_request_get_output_headers(req), "Allow", "GET, HEAD");
    answer_text(req, 405, "Method Not Allowed", "There is nothing here but to GET.\n");
    return false;
}

static void metrics_cb(struct evhttp_request *req, void *arg)
{
    struct metrics_pages *pages = arg;

    if (may_read(req)) {
        strbuf_reset(&pages->text);
        metrics_write(pages->metrics, &pages->text);
        answer(req, 200, "OK", "text/plain; version=0.0.4; charset=utf-8", pages->text.data, pages->text.len);
    }
}

static void health_cb(struct evhttp_request *req, void *arg)
{
    (void)arg;
    if (may_read(req)) {
        answer_text(req, 200, "OK", "ok\n");
    }
}

static void ready_cb(struct evhttp_request *req, void *arg)
{
    const struct metrics_pages *pages = arg;
    const char *why = pages->why_not_ready != NULL ? pages->why_not_ready(pages->ctx) : NULL;
    char text[128];

    if (!may_read(req)) {
        return;
    }
    snprintf(text, sizeof(text), "%s\n", why != NULL ? why : "ready");
    answer_text(req, why != NULL ? 503 : 200, why != NULL ? "Service Unavailable" : "OK", text);
}

static void root_cb(struct evhttp_request *req, void *arg)
{
    (void)arg;
    if (may_read(req)) {
        answer_text(req, 200, "OK", "chatd " PACKAGE_VERSION ": the metrics are at /metrics\n");
    }
}

static void other_cb(struct evhttp_request *req, void *arg)
{
    (void)arg;
    if (may_read(req)) {
        answer_text(req, 404, "Not Found", "There is nothing here: the metrics are at /metrics.\n");
    }
}

void metrics_pages_serve(struct metrics_pages *pages, struct evhttp *http)
{
    evhttp_set_allowed_methods(http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST | EVHTTP_REQ_PUT |
                                         EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
    evhttp_set_cb(http, "/metrics", metrics_cb, pages);
    evhttp_set_cb(http, "/healthz", health_cb, NULL);
    evhttp_set_cb(http, "/readyz", ready_cb, pages);
    evhttp_set_cb(http, "/", root_cb, NULL);
    evhttp_set_gencb(http, other_cb, NULL);
}

void metrics_pages_fini(struct metrics_pages *pages)
{
    strbuf_fini(&pages->text);
}
