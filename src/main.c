/* main.c: the command line; the only place that ends the process.
 *
 * Faults that only a person can correct have exit statuses of their own, EX_USAGE and EX_CONFIG, so that a service
 * manager does not start chatd again in vain. */
#include "config.h"

#include "base/nearest.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/wordlist.h"
#include "config/conf.h"
#include "config/sample.h"
#include "preflight.h"
#include "server.h"
#include "settings.h"

#include <event2/event.h>
#include <fcntl.h>
#include <getopt.h>
#ifdef HAVE_OPENSSL
#include <openssl/crypto.h>
#endif
#ifdef HAVE_SODIUM
#include <sodium.h>
#endif
#ifdef HAVE_SQLITE
#include <sqlite3.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include <utf8proc.h>

enum { OPT_CHECK = 256, OPT_PRINT, OPT_VERSION, OPT_HELP, MAX_OVERRIDES = 256 };

#define INSTALLED_FILE CONFDIR "/chatd.ini"

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},        {"option", required_argument, NULL, 'o'},
    {"check-config", no_argument, NULL, OPT_CHECK},  {"print-config", no_argument, NULL, OPT_PRINT},
    {"version", no_argument, NULL, OPT_VERSION},     {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "Usage: chatd [-c FILE] [-o SECTION.KEY=VALUE]...\n"
    "A multi-room chat server that people reach with telnet or netcat.\n"
    "\n"
    "  -c, --config FILE               read the settings from FILE; without it, the defaults hold\n"
    "  -o, --option SECTION.KEY=VALUE  set one option, over the file; may be given again\n"
    "      --check-config              check FILE, or else " INSTALLED_FILE ", and do nothing else\n"
    "      --print-config              print a commented file of all options at their defaults\n"
    "      --version                   print the version and what is built in\n"
    "      --help                      print this\n"
    "\n"
    "chatd stays in the foreground and logs to standard error.  SIGHUP reloads the settings;\n"
    "SIGTERM and SIGINT stop it, a second one at once.  See chatd(8) and chatd.ini(5).\n";

/* Opens the first three descriptors that are closed.  Otherwise the next descriptor that is opened, a connection or the
 * socket for signals, would become standard error and get the log. */
static void hold_standard_files(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        close(fd);
    }
}

/* Returns the exit status: standard output may be a full disk. */
static int finish_output(void)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("chatd: standard output");
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

/* Prints each line of text to standard error, preceded by kind, which is "" or "warning: ". */
static void complain(const char *kind, const char *text)
{
    const char *line;
    size_t len;

    while (text_next_line(&text, &line, &len)) {
        fprintf(stderr, "chatd: %s%.*s\n", kind, (int)len, line);
    }
}

/* Reports an argument that is no option.  letter is the letter in it that is no short option, or 0. */
static int misused(const char *what, int letter)
{
    struct nearest near = {.wanted = what + strspn(what, "-")};

    if (letter > 0 && letter < OPT_CHECK) { /* one of several letters in one argument */
        fprintf(stderr, "chatd: -%c: there is no such option; chatd --help lists them\n", letter);
        return EX_USAGE;
    }
    for (const struct option *o = options; o->name != NULL; o++) {
        nearest_try(&near, o->name);
    }
    if (near.best != NULL) {
        fprintf(stderr, "chatd: %s: there is no such option; did you mean --%s?\n", what, near.best);
    } else {
        fprintf(stderr, "chatd: %s: there is no such option; chatd --help lists them\n", what);
    }
    return EX_USAGE;
}

/* Appends the libraries and features that are built in: "libevent 2.1.12-stable (epoll)" and so on. */
static void describe_build(struct strbuf *out)
{
    struct event_base *base = event_base_new();

    strbuf_addf(out, "libevent %s (%s)\n", event_get_version(), base != NULL ? event_base_get_method(base) : "?");
    strbuf_addf(out, "utf8proc %s, Unicode %s\n", utf8proc_version(), utf8proc_unicode_version());
    strbuf_adds(out, "with libtelnet, inih, uthash, evhttp for metrics\n");
#ifdef HAVE_SODIUM
    strbuf_addf(out, "with libsodium %s\n", sodium_version_string());
#else
    strbuf_adds(out, "without libsodium\n");
#endif
#ifdef HAVE_SQLITE
    strbuf_addf(out, "with SQLite %s\n", sqlite3_libversion());
#else
    strbuf_adds(out, "without SQLite\n");
#endif
#ifdef HAVE_OPENSSL
    strbuf_addf(out, "with OpenSSL %s\n", OpenSSL_version(OPENSSL_VERSION_STRING));
#else
    strbuf_adds(out, "without OpenSSL\n");
#endif
#ifdef HAVE_LIBURING
    strbuf_adds(out, "with liburing\n");
#else
    strbuf_adds(out, "without liburing\n");
#endif
#ifdef HAVE_SYSTEMD
    strbuf_adds(out, "with libsystemd\n");
#else
    strbuf_adds(out, "without libsystemd\n");
#endif
    if (base != NULL) {
        event_base_free(base);
    }
}

static int print_version(void)
{
    struct strbuf build = {0};

    describe_build(&build);
    printf("chatd %s\n%s", PACKAGE_VERSION, strbuf_str(&build));
    strbuf_fini(&build);
    return finish_output();
}

/* Without a settings file, the options of the command line are checked; if there are none either, that is an error. */
static int check(struct settings_source *source)
{
    struct strbuf errors = {0}, warnings = {0};
    struct wordlist *words;
    struct conf *conf;
    int status = EX_CONFIG;

    if (source->path == NULL && (source->overrides_count == 0 || access(INSTALLED_FILE, F_OK) == 0)) {
        source->path = INSTALLED_FILE;
    }
    conf = settings_load(source, &words, &errors);
    if (conf != NULL && source->path != NULL) {
        printf("chatd: %s: the settings are right\n", source->path);
        status = finish_output();
    } else if (conf != NULL) {
        printf("chatd: the options given with -o are right; there is no file %s to check\n", INSTALLED_FILE);
        status = finish_output();
    }
    if (conf != NULL) {
        strbuf_adds(&warnings, conf_warnings(conf));
        preflight_warn(conf, false, &warnings);
    }
    complain("", strbuf_str(&errors));
    complain("warning: ", strbuf_str(&warnings));
    strbuf_fini(&warnings);
    strbuf_fini(&errors);
    wordlist_free(words);
    conf_free(conf);
    return status;
}

static int start(const struct settings_source *source)
{
    struct strbuf errors = {0};
    struct wordlist *words;
    struct conf *conf = settings_load(source, &words, &errors);
    int status = EX_CONFIG;

    if (conf != NULL) {
        status = server_run(source, conf, words, &errors);
    } else {
        server_turn_away();
    }
    complain("", strbuf_str(&errors));
    strbuf_fini(&errors);
    return status;
}

int main(int argc, char **argv)
{
    /* Static, because a thread that reads the settings and hangs uses them until the process ends. */
    static const char *overrides[MAX_OVERRIDES];
    static struct settings_source source = {.overrides = overrides};
    int check_only = 0;
    int opt;

    hold_standard_files();
    opterr = 0;
    while ((opt = getopt_long(argc, argv, ":c:o:", options, NULL)) != -1) {
        switch (opt) {
        case 'c':
            source.path = optarg;
            break;
        case 'o':
            if (source.overrides_count == MAX_OVERRIDES) {
                fprintf(stderr, "chatd: -o is given more than %d times; use a file\n", MAX_OVERRIDES);
                return EX_USAGE;
            }
            overrides[source.overrides_count++] = optarg;
            break;
        case OPT_CHECK:
            check_only = 1;
            break;
        case OPT_PRINT:
            sample_print(stdout);
            return finish_output();
        case OPT_VERSION:
            return print_version();
        case OPT_HELP:
            fputs(usage, stdout);
            return finish_output();
        case ':':
            fprintf(stderr, "chatd: %s: a value has to follow\n", argv[optind - 1]);
            return EX_USAGE;
        default:
            return misused(argv[optind - 1], optopt);
        }
    }
    if (optind < argc) {
        fprintf(stderr, "chatd: %s: chatd takes no arguments but options; chatd --help lists them\n", argv[optind]);
        return EX_USAGE;
    }
    return check_only ? check(&source) : start(&source);
}
