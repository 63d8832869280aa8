/* ctl/chatctl.c: the administrator's client of the control socket: sends one request and prints the answer.
 *
 * It does by itself what needs no server: help, and certificates (ctl/mkcert.h).
 *
 * The server runs the commands and renders their answers; this program only makes the request, waits for the answer and
 * sets the exit status.  No call waits for longer than the timeout, which begins anew with each sign of the server: a
 * command may take minutes while the server says that it is at work. */
#include "config.h"

#include "admin/control_table.h"
#include "admin/control_wire.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "ctl/mkcert.h"
#include "ctl/reach.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Exit statuses beside those of an answer (enum control_wire_status). */
enum { EXIT_UNREACHED = 3, EXIT_BROKEN = 4 };

enum { OPT_JSON = 256, OPT_TIMEOUT, OPT_VERSION, OPT_HELP, OPT_OF_COMMAND, TIMEOUT_S = 30, MOST_TIMEOUT_S = 86400 };

/* The options of the server's commands follow when the program begins. */
static struct option options[7 + CONTROL_OPTION_COUNT] = {
    {"socket", required_argument, NULL, 's'},          {"instance", required_argument, NULL, 'i'},
    {"json", no_argument, NULL, OPT_JSON},             {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"version", no_argument, NULL, OPT_VERSION},       {"help", no_argument, NULL, OPT_HELP},
};

static const char usage[] =
    "Usage: chatctl [-s SOCKET | -i INSTANCE] [--json] [--timeout SECONDS] COMMAND [ARGUMENT]...\n"
    "Asks a running chatd something, or tells it to do something.\n"
    "\n"
    "  -s, --socket SOCKET      the server's control socket; else $CHATD_SOCKET; else " RUNDIR "/chatd/control\n"
    "  -i, --instance INSTANCE  that of chatd@INSTANCE: " RUNDIR "/chatd-INSTANCE/control\n"
    "      --json               answer with JSON, an object a line\n"
    "      --since TIME         for audit: from then on; 2h ago, or a time as 2026-11-24\n"
    "      --lines              for account remove: what the account said is erased too\n"
    "      --timeout SECONDS    how long to wait for a sign of the server; 30 without this\n"
    "      --for TIME           with ban, mute and lockdown: how long, as 30m, 2h or 7d\n"
    "      --reason TEXT        with them: why\n"
    "      --name NAME          for mkcert: a host name or an address of the server; may be given several times\n"
    "      --days DAYS          for mkcert: how long the certificate is valid; 365 without this\n"
    "      --out FOLDER         for mkcert: where chatd.crt and chatd.key are made; here without this\n"
    "      --cert FILE          for mkcert, with --key: the certificate's file\n"
    "      --key FILE           for mkcert, with --cert: the key's file\n"
    "      --force              for mkcert: files that are there are replaced\n"
    "      --version            print the version\n"
    "      --help               print this\n"
    "\n"
    "Commands:\n";

static const char usage_end[] =
    "\n"
    "Exit status: 0 done, 1 refused or failed, 2 wrong usage, 3 no server there, 4 no answer in time.\n"
    "See chatctl(1).\n";

struct request {
    struct reach server;
    bool is_json;
    struct strbuf words, options;
    struct mkcert mkcert;
    size_t unfit; /* an option that mkcert does not take; CONTROL_OPTION_COUNT if there is none */
};

/* ---- errors of chatctl's own ---- */

/* Prints an error in the form of the server's, and returns the exit status. */
__attribute__((format(printf, 3, 4))) static int fail(const struct request *request, int status, const char *fmt, ...)
{
    struct strbuf text = {0}, object = {0};
    va_list ap;

    va_start(ap, fmt);
    strbuf_vaddf(&text, fmt, ap);
    va_end(ap);
    text.data[text_clean(text.data, text.data, text.len)] = '\0';
    fflush(stdout); /* keeps the order of lines on both streams */
    if (request->is_json) {
        json_begin(&object, NULL);
        json_str(&object, "error", text.data);
        json_end(&object);
        fprintf(stderr, "%s\n", object.data);
    } else {
        fprintf(stderr, "chatctl: %s\n", text.data);
    }
    strbuf_fini(&object);
    strbuf_fini(&text);
    return status;
}

static int misused(const struct request *request, const char *what, const char *why)
{
    return fail(request, CONTROL_WIRE_MISUSED, "%s%s%s; chatctl --help tells more", what,
                what[0] != '\0' ? ": " : "", why);
}

static int finish_output(const struct request *request, int status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return fail(request, CONTROL_WIRE_FAILED, "standard output: %s", strerror(errno));
    }
    return status;
}

/* ---- commands that need no server ---- */

static void print_row(const struct control_table_row *row, bool is_json)
{
    struct strbuf text = {0};

    control_table_help(&text, row, is_json);
    printf("%s%s\n", is_json ? "" : "  ", text.data);
    strbuf_fini(&text);
}

static int print_help(const struct request *request)
{
    fputs(request->is_json ? "" : usage, stdout);
    for (size_t i = 0; i < CONTROL_COUNT; i++) {
        print_row(control_table_at(i), request->is_json);
    }
    fputs(request->is_json ? "" : usage_end, stdout);
    return finish_output(request, CONTROL_WIRE_DONE);
}

static int print_help_of(const struct request *request, const char *name)
{
    size_t i = control_table_find(name);
    struct strbuf text = {0};
    int status;

    if (i < CONTROL_COUNT) {
        print_row(control_table_at(i), request->is_json);
        return finish_output(request, CONTROL_WIRE_DONE);
    }
    control_table_unknown(&text, name);
    status = fail(request, CONTROL_WIRE_MISUSED, "%s", text.data);
    strbuf_fini(&text);
    return status;
}

static int make_certificate(const struct request *request, int words)
{
    const struct mkcert *spec = &request->mkcert;
    struct strbuf told = {0}, err = {0};
    int status;

    if (words > 0 || request->unfit < CONTROL_OPTION_COUNT) {
        return words > 0 ? misused(request, "mkcert", "no word follows it, only options")
                         : fail(request, CONTROL_WIRE_MISUSED, "mkcert takes no --%s",
                                control_table_option(request->unfit));
    }
    if ((spec->cert == NULL) != (spec->key == NULL)) {
        return misused(request, "mkcert", "--cert and --key are given together");
    }
    if (spec->cert != NULL && spec->out != NULL) {
        return misused(request, "mkcert", "the files are named by --out, or by --cert and --key");
    }
    if (mkcert_make(spec, request->is_json, &told, &err)) {
        fputs(strbuf_str(&told), stdout);
        status = finish_output(request, CONTROL_WIRE_DONE);
    } else {
        status = fail(request, CONTROL_WIRE_FAILED, "%s", strbuf_str(&err));
    }
    strbuf_fini(&told);
    strbuf_fini(&err);
    return status;
}

/* ---- the server ---- */

static bool send_all(int fd, const struct strbuf *out)
{
    size_t sent = 0;

    while (sent < out->len) {
        ssize_t n = send(fd, out->data + sent, out->len - sent, MSG_NOSIGNAL);

        if (n < 0 && errno != EINTR) {
            return false;
        }
        sent += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Shows a person how far the work is, on a line that is replaced by what is printed next; percent is NULL to
 * take it away. */
static void show_work(const char *percent, const struct request *request)
{
    static bool is_shown;

    if (request->is_json || !isatty(STDERR_FILENO) || (percent == NULL && !is_shown)) {
        return;
    }
    if (percent != NULL) {
        fprintf(stderr, "\r\033[K%s%s", percent[0] != '\0' ? percent : "working ...", percent[0] != '\0' ? " %" : "");
    } else {
        fputs("\r\033[K", stderr);
    }
    is_shown = percent != NULL;
}

/* Prints a line of the answer.  Returns the exit status if it is the last line, otherwise -1. */
static int take_line(const char *line, const struct request *request)
{
    show_work(line[0] == CONTROL_WIRE_WORKING ? line + 1 : NULL, request);
    switch (line[0]) {
    case CONTROL_WIRE_WORKING:
        return -1;
    case CONTROL_WIRE_TEXT:
        puts(line + 1);
        return -1;
    case CONTROL_WIRE_ERROR:
        fflush(stdout); /* keeps the order of lines on both streams */
        fprintf(stderr, "%s%s\n", request->is_json ? "" : "chatctl: ", line + 1);
        return -1;
    case CONTROL_WIRE_END:
        return line[1] >= '0' && line[1] <= '2' && line[2] == '\0' ? line[1] - '0' : CONTROL_WIRE_FAILED;
    default:
        return fail(request, EXIT_BROKEN, "what answers there is no chatd");
    }
}

/* Prints the complete lines in the input and removes them from it. */
static int take_lines(struct strbuf *in, const struct request *request)
{
    char *start = in->data, *end;
    int status = -1;

    while (status < 0 && (end = memchr(start, '\n', in->len - (size_t)(start - in->data))) != NULL) {
        *end = '\0';
        status = take_line(start, request);
        start = end + 1;
    }
    in->len -= (size_t)(start - in->data);
    memmove(in->data, start, in->len + 1);
    return status;
}

static int converse(int fd, const struct request *request)
{
    struct strbuf in = {0};
    char buf[65536];
    int status = -1;

    /* A server that turns chatctl away closes the connection at once, after a line that tells why: so the answer is
     * read even if the request cannot be sent. */
    if (!send_all(fd, &request->words) && errno == EAGAIN) {
        return fail(request, EXIT_BROKEN, "the server does not take the request in time");
    }
    while (status < 0) {
        ssize_t n = recv(fd, buf, sizeof(buf), 0);

        if (n > 0) {
            strbuf_add(&in, buf, (size_t)n);
            status = take_lines(&in, request);
        } else if (n == 0) {
            status = fail(request, EXIT_BROKEN, "the server has closed the connection before the answer's end");
        } else if (errno == EAGAIN) {
            status = fail(request, EXIT_BROKEN, "the server does not answer in time");
        } else if (errno != EINTR) {
            status = fail(request, EXIT_BROKEN, "%s", strerror(errno));
        }
    }
    strbuf_fini(&in);
    return finish_output(request, status);
}

/* ---- the command line ---- */

static bool parse_number(const char *text, long most, long *number)
{
    char *end;

    errno = 0;
    *number = strtol(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *number >= 1 && *number <= most;
}

/* Keeps an option of mkcert.  Returns -1 to go on, otherwise the exit status. */
static int take_for_mkcert(struct request *request, size_t option, const char *value)
{
    struct mkcert *spec = &request->mkcert;

    switch (option) {
    case CONTROL_OPTION_NAME:
        if (!mkcert_is_name(value)) {
            return misused(request, value, "is no host name, and no IP address");
        }
        if (spec->name_count == MKCERT_NAMES) {
            return misused(request, value, "there are too many names");
        }
        spec->names[spec->name_count++] = value;
        break;
    case CONTROL_OPTION_DAYS:
        if (!parse_number(value, MKCERT_MOST_DAYS, &spec->days)) {
            return misused(request, value, "is no number of days from 1 to 36500");
        }
        break;
    case CONTROL_OPTION_OUT:
        spec->out = value;
        break;
    case CONTROL_OPTION_CERT:
        spec->cert = value;
        break;
    case CONTROL_OPTION_KEY:
        spec->key = value;
        break;
    case CONTROL_OPTION_FORCE:
        spec->is_forced = true;
        break;
    default:
        request->unfit = option;
    }
    return -1;
}

/* The same for any option of a command. */
static int take_option(struct request *request, size_t option, const char *value)
{
    strbuf_addf(&request->options, " --%s", control_table_option(option));
    if (value != NULL) {
        control_wire_add(&request->options, value);
    }
    return take_for_mkcert(request, option, value);
}

/* Returns -1 to go on, otherwise the exit status. */
static int parse_options(int argc, char **argv, struct request *request)
{
    int opt, status;

    for (size_t i = 0; i < CONTROL_OPTION_COUNT; i++) {
        options[6 + i] = (struct option){control_table_option(i),
                                         control_table_has_value(i) ? required_argument : no_argument, NULL,
                                         OPT_OF_COMMAND + (int)i};
    }
    opterr = 0;
    while ((opt = getopt_long(argc, argv, ":s:i:", options, NULL)) != -1) {
        switch (opt) {
        case 's':
            request->server.socket = optarg;
            break;
        case 'i':
            request->server.instance = optarg;
            break;
        case OPT_JSON:
            request->is_json = true;
            break;
        case OPT_TIMEOUT:
            if (!parse_number(optarg, MOST_TIMEOUT_S, &request->server.timeout_s)) {
                return misused(request, optarg, "is no number of seconds from 1 to 86400");
            }
            break;
        case OPT_VERSION:
            puts("chatctl " PACKAGE_VERSION);
            return finish_output(request, CONTROL_WIRE_DONE);
        case OPT_HELP:
            request->is_json = false;
            return print_help(request);
        case ':':
            return misused(request, argv[optind - 1], "a value has to follow");
        default:
            if (opt < OPT_OF_COMMAND) {
                return misused(request, argv[optind - 1], "there is no such option; behind -- nothing is one");
            }
            status = take_option(request, (size_t)(opt - OPT_OF_COMMAND), optarg);
            if (status >= 0) {
                return status;
            }
        }
    }
    if (request->server.socket != NULL && request->server.instance != NULL) {
        return misused(request, "", "-s and -i both name a socket: give one of them");
    }
    if (request->server.socket != NULL && request->server.socket[0] == '\0') {
        return misused(request, "-s", "what follows is no path");
    }
    if (request->server.instance != NULL &&
        (request->server.instance[0] == '\0' || strchr(request->server.instance, '/') != NULL)) {
        return misused(request, "-i", "what follows is no instance's name");
    }
    if (optind == argc) {
        return misused(request, "", "a command is wanted");
    }
    return -1;
}

static int run(int argc, char **argv, struct request *request)
{
    int status = parse_options(argc, argv, request);
    struct strbuf err = {0};
    int fd;

    if (status >= 0) {
        return status;
    }
    if (strcmp(argv[optind], "help") == 0) { /* chatctl has the table too */
        return optind + 1 < argc ? print_help_of(request, argv[optind + 1]) : print_help(request);
    }
    if (strcmp(argv[optind], "mkcert") == 0) {
        return make_certificate(request, argc - optind - 1);
    }
    for (int i = optind; i < argc; i++) {
        control_wire_add(&request->words, argv[i]);
    }
    strbuf_adds(&request->words, strbuf_str(&request->options));
    strbuf_adds(&request->words, request->is_json ? " --json\n" : "\n");
    if (request->words.len > CONTROL_WIRE_LINE_BYTES) {
        return misused(request, "", "the request is too long");
    }
    fd = reach_server(&request->server, &err);
    if (fd < 0) {
        status = fail(request, EXIT_UNREACHED, "%s", strbuf_str(&err));
        strbuf_fini(&err);
        return status;
    }
    status = converse(fd, request);
    close(fd);
    return status;
}

int main(int argc, char **argv)
{
    struct request request = {
        .server.timeout_s = TIMEOUT_S, .mkcert.days = MKCERT_DAYS, .unfit = CONTROL_OPTION_COUNT};
    int status = run(argc, argv, &request);

    strbuf_fini(&request.words);
    strbuf_fini(&request.options);
    return status;
}
