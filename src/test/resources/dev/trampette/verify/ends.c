// What functions do to the process that calls them.

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

long twice(long x) { return 2 * x; }

long twice_by_shift(long x) { return x << 1; }

long wrong_for_minus_one(long x) { return x == -1 ? 1 : 2 * x; }

void swap(int *two) {
    int first = two[0];
    two[0] = two[1];
    two[1] = first;
}

void calls_exit(void) { exit(3); }

void ends_the_thread(void) { pthread_exit(NULL); }

void ends_the_thread_by_itself(void) { syscall(SYS_exit, 0); }

void becomes_another(void) { execl("/bin/true", "true", (char *) NULL); }

void terminates(void) { kill(getpid(), SIGTERM); }

void kills(void) { kill(getpid(), SIGKILL); }

void closes_streams(void) { close(1); }

void closes_all(void) { close_range(0, ~0u, 0); }

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void leaves_a_lock(void) { pthread_mutex_lock(&mutex); }

void blocks(void) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    for (;;) {
        __asm__ volatile ("pause");
    }
}

void forks(void) { fork(); }

void starts_a_process(void) {
    if (vfork() == 0) {
        execl("/bin/true", "true", (char *) NULL);
        _exit(1);
    }
}

void writes_behind_its_memory(void) {
    volatile char *memory = malloc(24);
    memory[24] = 0;
    free((void *) memory);
}

void takes_a_signal(void) { signal(SIGUSR1, SIG_IGN); }
