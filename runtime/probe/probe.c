/*
 * The prober: the registry of probes, and the memory that lets each run once however many threads ask.
 *
 * The lock is held only to look at and change slots, never while probing. A probe that reads another one does so
 * through the same memory. What each one reads is in `reads`, which has no circle, so that no two wait for each other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/probe/cache.h"
#include "runtime/probe/internal.h"

const struct muster_probe_context muster_probe_defaults = {
    .root = "",
    .sysctl = "/usr/sbin/sysctl",
    .unshare = "/usr/bin/unshare",
    .true_program = "/usr/bin/true",
    .timeout_ms = 5000,
};

/* ---- the registry ----------------------------------------------------------------------------------------------- */

_Static_assert(MUSTER_PROBE_COUNT <= 64, "a set of probes has 64 bits");
#define BIT(probe) (UINT64_C(1) << MUSTER_PROBE_##probe)

/* The probes that each one reads. */
static const uint64_t reads[MUSTER_PROBE_COUNT] = {
    [MUSTER_PROBE_QEMU] = BIT(HOST_ARCH),
    [MUSTER_PROBE_QEMU_ACCELERATORS] = BIT(QEMU),
    [MUSTER_PROBE_QEMU_VERSION] = BIT(QEMU),
    [MUSTER_PROBE_KVM] = BIT(HOST_OS) | BIT(QEMU_ACCELERATORS),
    [MUSTER_PROBE_HVF] = BIT(HOST_OS) | BIT(QEMU_ACCELERATORS),
    [MUSTER_PROBE_HWACCEL] = BIT(HOST_OS) | BIT(KVM) | BIT(HVF),
    [MUSTER_PROBE_TSC_DEADLINE] = BIT(HOST_OS) | BIT(HOST_ARCH),
    [MUSTER_PROBE_FAST_BALLOON] = BIT(HOST_OS) | BIT(HOST_ARCH) | BIT(HWACCEL) | BIT(TSC_DEADLINE),
    [MUSTER_PROBE_IO_URING] = BIT(HOST_OS),
    [MUSTER_PROBE_UNSHARE] = BIT(HOST_OS),
    [MUSTER_PROBE_NAMESPACES] = BIT(HOST_OS),
    [MUSTER_PROBE_KVM_STATE] = BIT(KVM),
    [MUSTER_PROBE_HVF_STATE] = BIT(HVF),
    [MUSTER_PROBE_TSC_DEADLINE_TIMER] = BIT(HOST_OS) | BIT(TSC_DEADLINE),
    [MUSTER_PROBE_QEMU_FEATURES] = BIT(QEMU),
    [MUSTER_PROBE_QEMU_TCG] = BIT(QEMU_ACCELERATORS) | BIT(QEMU_FEATURES),
    [MUSTER_PROBE_QEMU_MICROVM] = BIT(QEMU_FEATURES),
    [MUSTER_PROBE_QEMU_PC] = BIT(QEMU_FEATURES),
    [MUSTER_PROBE_QEMU_VIRT] = BIT(QEMU_FEATURES),
    [MUSTER_PROBE_QEMU_VIRTIO_MMIO] = BIT(QEMU_FEATURES),
    [MUSTER_PROBE_QEMU_VIRTIO_PCI] = BIT(QEMU_FEATURES),
    [MUSTER_PROBE_QEMU_VIRTIO_RNG] = BIT(QEMU_FEATURES),
    [MUSTER_PROBE_QEMU_IO_URING] = BIT(QEMU_FEATURES),
    [MUSTER_PROBE_QEMU_SECCOMP] = BIT(QEMU_FEATURES),
    [MUSTER_PROBE_QEMU_EXIT_WITH_PARENT] = BIT(QEMU_FEATURES),
    [MUSTER_PROBE_QEMU_PATH] = BIT(QEMU),
};

#define FUNCTION(id, name, title) probe_##name,
static probe_function *const functions[MUSTER_PROBE_COUNT] = {MUSTER_PROBE_LIST(FUNCTION)};

struct named {
    const char *name;
    const char *text;
};

#define NAMED(id, name, text) {#name, text},
static const struct named probe_names[MUSTER_PROBE_COUNT] = {MUSTER_PROBE_LIST(NAMED)};
static const struct named reason_names[MUSTER_REASON_COUNT] = {MUSTER_REASON_LIST(NAMED)};

static bool is_probe(enum muster_probe_id probe) {
    return (int)probe >= 0 && (int)probe < MUSTER_PROBE_COUNT;
}

static bool is_reason(enum muster_reason reason) {
    return (int)reason >= 0 && (int)reason < MUSTER_REASON_COUNT;
}

enum muster_probe_id muster_probe_find(const char *name, size_t length) {
    for (int i = 0; i < MUSTER_PROBE_COUNT; i++)
        if (strlen(probe_names[i].name) == length && memcmp(probe_names[i].name, name, length) == 0)
            return (enum muster_probe_id)i;
    return MUSTER_PROBE_NONE;
}

const char *muster_probe_name(enum muster_probe_id probe) {
    return is_probe(probe) ? probe_names[probe].name : "";
}

const char *muster_probe_title(enum muster_probe_id probe) {
    return is_probe(probe) ? probe_names[probe].text : "";
}

const char *muster_reason_name(enum muster_reason reason) {
    return is_reason(reason) ? reason_names[reason].name : "";
}

const char *muster_reason_meaning(enum muster_reason reason) {
    return is_reason(reason) ? reason_names[reason].text : "";
}

/* ---- making probers --------------------------------------------------------------------------------------------- */

/* The texts of a context, each with what it is when not given. */
struct context_text {
    const char **field;
    const char *otherwise;
};

enum { CONTEXT_TEXTS = 10 };

static void context_texts(struct muster_probe_context *context, const char *cache,
                          struct context_text texts[CONTEXT_TEXTS]) {
    const struct context_text all[CONTEXT_TEXTS] = {
        {&context->root, muster_probe_defaults.root},
        {&context->qemu, NULL},
        {&context->guest_arch, NULL},
        {&context->path, NULL},
        {&context->sysctl, muster_probe_defaults.sysctl},
        {&context->unshare, muster_probe_defaults.unshare},
        {&context->true_program, muster_probe_defaults.true_program},
        {&context->cache, cache},
        {&context->sysname, NULL},
        {&context->machine, NULL},
    };
    memcpy(texts, all, sizeof all);
}

/* Makes the texts of the context copies that live in `memory`, if it is not NULL. Returns the bytes they take. */
static size_t copy_texts(struct muster_probe_context *context, const char *cache, char *memory) {
    struct context_text texts[CONTEXT_TEXTS];
    size_t used = 0;
    context_texts(context, cache, texts);
    for (size_t i = 0; i < CONTEXT_TEXTS; i++) {
        const char *text = *texts[i].field != NULL ? *texts[i].field : texts[i].otherwise;
        if (text == NULL)
            continue;
        size_t size = strlen(text) + 1;
        if (memory != NULL) {
            memcpy(memory + used, text, size);
            *texts[i].field = memory + used;
        }
        used += size;
    }
    return used;
}

struct muster_prober *muster_prober_new(const struct muster_probe_context *context) {
    char cache[PATH_MAX];
    struct muster_probe_context wanted = context != NULL ? *context : muster_probe_defaults;
    if (!cache_folder(cache, sizeof cache))
        cache[0] = '\0';
    if (wanted.timeout_ms == 0)
        wanted.timeout_ms = muster_probe_defaults.timeout_ms;
    size_t size = copy_texts(&wanted, cache, NULL);
    /* Zeros: every slot is idle. The rooms take no memory until they are used. */
    struct muster_prober *prober = calloc(1, sizeof *prober + size);
    if (prober == NULL)
        return NULL;
    prober->context = wanted;
    copy_texts(&prober->context, cache, (char *)(prober + 1));
    if (pthread_mutex_init(&prober->lock, NULL) != 0) {
        free(prober);
        return NULL;
    }
    if (pthread_cond_init(&prober->changed, NULL) != 0) {
        pthread_mutex_destroy(&prober->lock);
        free(prober);
        return NULL;
    }
    return prober;
}

void muster_prober_free(struct muster_prober *prober) {
    if (prober != NULL) {
        pthread_cond_destroy(&prober->changed);
        pthread_mutex_destroy(&prober->lock);
        free(prober);
    }
}

/* The only global state: the prober of the process. */
static struct muster_prober *default_prober;
static pthread_once_t default_once = PTHREAD_ONCE_INIT;

static void make_default(void) {
    default_prober = muster_prober_new(NULL);
}

struct muster_prober *muster_prober_default(void) {
    pthread_once(&default_once, make_default);
    return default_prober;
}

/* ---- probing ---------------------------------------------------------------------------------------------------- */

bool probe_take(struct muster_prober *prober, struct probe_slot *slot, const char *arguments,
                struct probe_answer *answer, int *cancelling) {
    /* A thread that is cancelled while it probes would leave a child and a slot that runs for ever. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, cancelling);
    pthread_mutex_lock(&prober->lock);
    while (slot->state == PROBE_RUNNING)
        pthread_cond_wait(&prober->changed, &prober->lock);
    bool known = slot->state == PROBE_KNOWN;
    if (arguments != NULL) {
        char *of_slot = ((struct probe_trial_slot *)(void *)slot)->arguments;
        known = known && strcmp(of_slot, arguments) == 0;
        if (!known)
            memcpy(of_slot, arguments, strlen(arguments) + 1);
    }
    if (known) {
        *answer = slot->answer;
    } else {
        slot->state = PROBE_RUNNING;
        slot->stale = false;
    }
    pthread_mutex_unlock(&prober->lock);
    if (known)
        pthread_setcancelstate(*cancelling, NULL);
    return !known;
}

void probe_put(struct muster_prober *prober, struct probe_slot *slot, const struct probe_answer *answer,
               int cancelling) {
    pthread_mutex_lock(&prober->lock);
    slot->answer = *answer;
    slot->state = slot->stale ? PROBE_IDLE : PROBE_KNOWN;
    pthread_cond_broadcast(&prober->changed);
    pthread_mutex_unlock(&prober->lock);
    pthread_setcancelstate(cancelling, NULL);
}

void probe_ask(struct muster_prober *prober, enum muster_probe_id probe, struct probe_answer *answer) {
    struct probe_slot *slot = &prober->slots[probe];
    int cancelling;
    if (!probe_take(prober, slot, NULL, answer, &cancelling))
        return;
    memset(answer, 0, sizeof *answer);
    functions[probe](prober, answer);
    probe_put(prober, slot, answer, cancelling);
}

bool probe_is(struct muster_prober *prober, enum muster_probe_id probe, const char *value) {
    struct probe_answer answer;
    probe_ask(prober, probe, &answer);
    return strcmp(answer.finding.value, value) == 0;
}

enum muster_reason muster_probe(struct muster_prober *prober, enum muster_probe_id probe,
                                struct muster_finding *finding) {
    struct probe_answer answer;
    if (prober != NULL && is_probe(probe)) {
        probe_ask(prober, probe, &answer);
    } else {
        memset(&answer, 0, sizeof answer);
        probe_because(&answer, "unknown", MUSTER_REASON_FAILED, "%s",
                      prober == NULL ? "there was no memory for a prober" : "there is no such probe");
    }
    if (finding != NULL)
        *finding = answer.finding;
    return answer.finding.reason;
}

/* The probe, and those that read it, directly or through others. */
static uint64_t with_followers(enum muster_probe_id probe) {
    uint64_t wanted = UINT64_C(1) << probe, before;
    do {
        before = wanted;
        for (int i = 0; i < MUSTER_PROBE_COUNT; i++)
            if ((reads[i] & wanted) != 0)
                wanted |= UINT64_C(1) << i;
    } while (wanted != before);
    return wanted;
}

static void forget(struct probe_slot *slot) {
    if (slot->state == PROBE_RUNNING)
        slot->stale = true;
    else
        slot->state = PROBE_IDLE;
}

void muster_probe_reset(struct muster_prober *prober, enum muster_probe_id probe) {
    if (prober == NULL || (probe != MUSTER_PROBE_ALL && !is_probe(probe)))
        return;
    uint64_t wanted = probe == MUSTER_PROBE_ALL ? UINT64_MAX : with_followers(probe);
    pthread_mutex_lock(&prober->lock);
    for (int i = 0; i < MUSTER_PROBE_COUNT; i++)
        if ((wanted >> i & 1) != 0)
            forget(&prober->slots[i]);
    if ((wanted & BIT(KVM_STATE)) != 0)
        forget(&prober->trials[TRIAL_KVM].slot);
    if ((wanted & BIT(HVF_STATE)) != 0)
        forget(&prober->trials[TRIAL_HVF].slot);
    pthread_mutex_unlock(&prober->lock);
}

const char *muster_probe_qemu(struct muster_prober *prober) {
    /* Only "yes" gives the path: while the answer is no, another thread may just be writing it. */
    return prober != NULL && probe_is(prober, MUSTER_PROBE_QEMU, "yes") ? prober->qemu : NULL;
}
