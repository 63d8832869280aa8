/* probe.c: tries what a chat server has no business to do, and tells which of it was refused.
 *
 *   probe [ATTEMPT]...     all, when none is named; a line each: "ATTEMPT allowed", "ATTEMPT refused: why"
 *
 * Each attempt runs in a process of its own, since some refusals end it.  None does harm where it is allowed.
 * What they look for is made by tests/system/sandbox.sh. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>

/* An attempt returns 0 if it was allowed, otherwise an errno. */
typedef int attempt_fn(void);

static int result(bool worked)
{
    return worked ? 0 : errno != 0 ? errno : EPERM;
}

static int opens(const char *path, int flags)
{
    return result(open(path, flags | O_CLOEXEC | O_NONBLOCK, 0600) >= 0);
}

static int makes_socket(int family, int type, int protocol)
{
    return result(socket(family, type | SOCK_CLOEXEC, protocol) >= 0);
}

/* A file in the only folder that is writable. */
static int own_file(char path[PATH_MAX])
{
    const char *folder = getenv("STATE_DIRECTORY");

    snprintf(path, PATH_MAX, "%s/probe.%d", folder != NULL ? folder : "/var/tmp", (int)getpid());
    return open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0777);
}

/* Returns 0 if the program can be run and ends with status 0. */
static bool runs(char *const *argv)
{
    pid_t child = fork();
    int status = -1;

    if (child == 0) {
        execv(argv[0], argv);
        _exit(126);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* ---- files ---- */

static int write_etc(void)
{
    return opens("/etc/chatd-probe", O_CREAT | O_WRONLY);
}

static int write_usr(void)
{
    return opens("/usr/lib/chatd-probe-new", O_CREAT | O_WRONLY);
}

static int write_settings(void)
{
    return opens(getenv("SETTINGS") != NULL ? getenv("SETTINGS") : "", O_WRONLY);
}

static int read_home(void)
{
    return opens("/home/chatd-probe", O_RDONLY);
}

static int read_tmp(void)
{
    return opens("/tmp/chatd-probe", O_RDONLY);
}

static int write_tmp(void)
{
    return opens("/tmp/chatd-probe-new", O_CREAT | O_WRONLY);
}

static int write_shm(void)
{
    return opens("/dev/shm/chatd-probe", O_CREAT | O_WRONLY);
}

static int read_passwd(void)
{
    return opens("/etc/passwd", O_RDONLY);
}

/* Runs a program that was written here, as an intruder would: a copy of this one without attempts. */
static int run_program(void)
{
    char path[PATH_MAX], data[65536];
    char *argv[] = {path, (char[]){"nothing"}, NULL};
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), to = own_file(path);
    ssize_t n;

    while ((n = read(from, data, sizeof(data))) > 0 && write(to, data, (size_t)n) == n) {
    }
    fchmod(to, 0700);
    close(to);
    n = runs(argv) ? 0 : EACCES;
    unlink(path);
    return (int)n;
}

static int let_others_read(void)
{
    char path[PATH_MAX];
    struct stat st = {0};
    int fd = own_file(path);

    if (fd >= 0) {
        fstat(fd, &st);
        unlink(path);
    }
    return result((st.st_mode & 07) != 0);
}

static int set_suid(void)
{
    char path[PATH_MAX];
    int fd = own_file(path);
    bool worked = fd >= 0 && fchmod(fd, 04755) == 0;
    int error = errno;

    unlink(path);
    errno = error;
    return result(worked);
}

/* Tries to write a file to every folder up to three levels deep, except chatd's own. */
static bool finds_writable(const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    bool found = false;

    while (dir != NULL && !found && (entry = readdir(dir)) != NULL) {
        char path[PATH_MAX];

        if (entry->d_name[0] == '.' || (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)) {
            continue;
        }
        snprintf(path, sizeof(path), "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, entry->d_name);
        if (strcmp(path, "/proc") == 0 || strcmp(path, "/var/lib/chatd") == 0 || strcmp(path, "/var/log/chatd") == 0 ||
            strcmp(path, "/run/chatd") == 0) {
            continue;
        }
        found = access(path, W_OK) == 0;
        if (found) {
            printf("writable: %s\n", path);
        }
        found = found || (depth > 1 && finds_writable(path, depth - 1));
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return found;
}

static int write_anywhere(void)
{
    if (getenv("STATE_DIRECTORY") == NULL) {
        return 0; /* without a sandbox the attempt does not apply */
    }
    errno = 0;
    return result(access("/", W_OK) == 0 || finds_writable("/", 3));
}

/* ---- devices, the kernel, the machine ---- */

static int open_kmsg(void)
{
    return opens("/dev/kmsg", O_RDONLY);
}

static int open_device(void)
{
    return opens("/dev/full", O_RDWR);
}

static int make_device(void)
{
    char path[PATH_MAX];

    close(own_file(path));
    unlink(path);
    return result(mknod(path, S_IFCHR | 0600, 0x103) == 0 && unlink(path) == 0);
}

static int tune_kernel(void)
{
    return opens("/proc/irq/default_smp_affinity", O_WRONLY);
}

static int see_modules(void)
{
    return opens("/usr/lib/modules/chatd-probe", O_RDONLY);
}

static int read_kernel_log(void)
{
    return result(klogctl(10, NULL, 0) >= 0);
}

static int make_cgroup(void)
{
    return result(mkdir("/sys/fs/cgroup/chatd-probe", 0700) == 0 && rmdir("/sys/fs/cgroup/chatd-probe") == 0);
}

static int adjust_clock(void)
{
    struct timex nothing = {.modes = 0};

    return result(adjtimex(&nothing) >= 0);
}

static int set_hostname(void)
{
    char name[256] = "";

    gethostname(name, sizeof(name) - 1);
    return result(sethostname(name, strlen(name)) == 0);
}

/* ---- processes ---- */

static int see_others(void)
{
    return opens("/proc/1/status", O_RDONLY);
}

static int see_system(void)
{
    return opens("/proc/version", O_RDONLY);
}

static int see_segments(void)
{
    struct shm_info info = {0};

    errno = 0;
    return result(shmctl(0, SHM_INFO, (struct shmid_ds *)(void *)&info) >= 0 && info.used_ids > 0);
}

static int gain_privileges(void)
{
    errno = 0;
    return result(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
}

/* Returns true if the file belongs to a user other than root and this process's user. */
static int know_users(void)
{
    struct stat st = {0};

    errno = 0;
    return result(stat("/usr/lib/chatd-probe-true", &st) == 0 && st.st_uid == 1);
}

static int become_root(void)
{
    return result(setresuid(0, 0, 0) == 0);
}

static int trace(void)
{
    return result(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
}

static int unshare_user(void)
{
    return result(unshare(CLONE_NEWUSER) == 0);
}

static int run_realtime(void)
{
    struct sched_param param = {.sched_priority = 1};

    return result(sched_setscheduler(0, SCHED_FIFO, &param) == 0);
}

static int change_personality(void)
{
    return result(personality(ADDR_NO_RANDOMIZE) != -1);
}

static int write_and_execute(void)
{
    return result(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
                  MAP_FAILED);
}

static int add_key(void)
{
    return result(syscall(SYS_add_key, "user", "chatd-probe", "x", 1, -2 /* of the process */) >= 0);
}

static int use_io_uring(void)
{
    char params[120] = "";

    return result(syscall(SYS_io_uring_setup, 1, params) >= 0);
}

/* Makes a system call through the machine's older interface, if it has one. */
static int call_foreign(void)
{
#ifdef __x86_64__
    long got;

    __asm__ volatile("int $0x80" : "=a"(got) : "a"(20L /* getpid */) : "memory");
    errno = ENOSYS;
    return result(got > 0);
#else
    return -1;
#endif
}

/* ---- sockets ---- */

static int open_raw(void)
{
    return makes_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

static int open_netlink(void)
{
    return makes_socket(AF_NETLINK, SOCK_RAW, 0);
}

static int open_packet(void)
{
    return makes_socket(AF_PACKET, SOCK_DGRAM, 0);
}

static const struct attempt {
    const char *name;
    attempt_fn *fn;
} attempts[] = {
    {"write-etc", write_etc},
    {"write-usr", write_usr},
    {"write-settings", write_settings},
    {"write-tmp", write_tmp},
    {"write-shm", write_shm},
    {"write-anywhere", write_anywhere},
    {"read-home", read_home},
    {"read-tmp", read_tmp},
    {"read-passwd", read_passwd},
    {"run-program", run_program},
    {"let-others-read", let_others_read},
    {"set-suid", set_suid},
    {"open-kmsg", open_kmsg},
    {"open-device", open_device},
    {"make-device", make_device},
    {"tune-kernel", tune_kernel},
    {"see-modules", see_modules},
    {"read-kernel-log", read_kernel_log},
    {"make-cgroup", make_cgroup},
    {"adjust-clock", adjust_clock},
    {"set-hostname", set_hostname},
    {"see-others", see_others},
    {"see-system", see_system},
    {"see-segments", see_segments},
    {"gain-privileges", gain_privileges},
    {"know-users", know_users},
    {"become-root", become_root},
    {"trace", trace},
    {"unshare-user", unshare_user},
    {"run-realtime", run_realtime},
    {"change-personality", change_personality},
    {"write-and-execute", write_and_execute},
    {"add-key", add_key},
    {"use-io-uring", use_io_uring},
    {"call-foreign", call_foreign},
    {"open-raw", open_raw},
    {"open-netlink", open_netlink},
    {"open-packet", open_packet},
};

/* Runs the attempt in a child; its exit status is the result. */
static void try(const struct attempt *a)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        int error = a->fn();

        fflush(stdout);
        _exit(error < 0 ? 255 : error);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        printf("%s broken\n", a->name);
    } else if (WIFSIGNALED(status)) {
        printf("%s refused: ended by signal %d\n", a->name, WTERMSIG(status));
    } else if (WEXITSTATUS(status) == 255) {
        printf("%s absent\n", a->name);
    } else if (WEXITSTATUS(status) != 0) {
        printf("%s refused: %s\n", a->name, strerror(WEXITSTATUS(status)));
    } else {
        printf("%s allowed\n", a->name);
    }
    fflush(stdout);
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
        bool wanted = argc < 2;

        for (int n = 1; n < argc; n++) {
            wanted = wanted || strcmp(argv[n], attempts[i].name) == 0;
        }
        if (wanted) {
            try(&attempts[i]);
        }
    }
    return EXIT_SUCCESS;
}
