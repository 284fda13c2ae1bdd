/*
 * A profiler as others have it: a signal in the thread every millisecond, whose handler reads at addresses that may be
 * none, and a handler of SIGSEGV that lets such a read pass (HotSpot's SafeFetch, async-profiler).
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

extern char fetch_at[], fetch_failed[];
__asm__(".text\n"
        "fetch: .globl fetch\n"
        "fetch_at: movq (%rdi), %rax\n"
        "ret\n"
        "fetch_failed: movq $-1, %rax\n"
        "ret\n");
extern long fetch(const long *address);

volatile long samples_begun, samples_ended, reads_failed;
static struct sigaction previous;

static void on_fault(int signal, siginfo_t *info, void *context)
{
    greg_t *rip = &((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];

    if (*rip == (greg_t)fetch_at) {
        reads_failed++;
        *rip = (greg_t)fetch_failed;
    } else {
        previous.sa_sigaction(signal, info, context);
    }
}

static void on_sample(int signal, siginfo_t *info, void *context)
{
    samples_begun++;
    fetch((const long *)16);
    samples_ended++;
}

/* Begin with the calling thread; before anybody else takes SIGSEGV. */
int profile(int signal)
{
    struct sigaction fault = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
    struct sigaction sample = { .sa_sigaction = on_sample, .sa_flags = SA_SIGINFO | SA_RESTART };
    struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signal };
    struct itimerspec every = { { 0, 1000000 }, { 0, 1000000 } };
    timer_t timer;

    event.sigev_notify_thread_id = syscall(SYS_gettid);
    return sigaction(SIGSEGV, &fault, &previous) || sigaction(signal, &sample, NULL)
        || timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &every, NULL);
}
