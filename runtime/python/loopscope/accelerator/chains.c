/* A hash table by chains of (code, offset of the instruction). Nothing is ever taken out of it. */

#include "accelerate.h"
#include <string.h>

#define FIRST_SIZE 64

uint64_t chain_hash(const uintptr_t *key, uint32_t length)
{
    uint64_t hash = 0x9E3779B97F4A7C15u ^ length;
    for (uint32_t index = 0; index < length; index++) {
        hash = (hash ^ (uint64_t)key[index]) * 0xBF58476D1CE4E5B9u;
        hash ^= hash >> 29;
    }
    return hash ? hash : 1;
}

static Chain *place_of(const Chains *chains, const uintptr_t *key, uint32_t length, uint64_t hash)
{
    size_t place = (size_t)hash & chains->mask;
    for (;; place = (place + 1) & chains->mask) {
        Chain *entry = &chains->entries[place];
        if (entry->hash == 0 || (entry->hash == hash && entry->length == length &&
                                 memcmp(entry->key, key, length * sizeof(uintptr_t)) == 0))
            return entry;
    }
}

void *chains_get(const Chains *chains, const uintptr_t *key, uint32_t length, uint64_t hash, int *found)
{
    *found = 0;
    if (chains->entries == NULL)
        return NULL;
    const Chain *entry = place_of(chains, key, length, hash);
    *found = entry->hash != 0;
    return entry->value;
}

const uintptr_t *chains_key(const Chains *chains, const uintptr_t *key, uint32_t length, uint64_t hash)
{
    return place_of(chains, key, length, hash)->key;
}

static int grow(Chains *chains)
{
    size_t size = chains->entries ? (chains->mask + 1) * 2 : FIRST_SIZE;
    Chain *before = chains->entries, *entries = PyMem_Calloc(size, sizeof(Chain));
    if (entries == NULL)
        return -1;
    size_t count = before ? chains->mask + 1 : 0;
    chains->entries = entries;
    chains->mask = size - 1;
    for (size_t index = 0; index < count; index++) {
        if (before[index].hash == 0)
            continue;
        size_t place = (size_t)before[index].hash & chains->mask;
        while (entries[place].hash != 0)
            place = (place + 1) & chains->mask;
        entries[place] = before[index];
    }
    PyMem_Free(before);
    return 0;
}

int chains_put(Chains *chains, const uintptr_t *key, uint32_t length, uint64_t hash, void *value)
{
    if ((chains->entries == NULL || (chains->used + 1) * 2 > chains->mask) && grow(chains) < 0)
        goto no_memory;
    Chain *entry = place_of(chains, key, length, hash);
    if (entry->hash != 0) /* a hook inside this hook was faster */
        return 0;
    uintptr_t *copy = PyMem_Malloc((length ? length : 1) * sizeof(uintptr_t));
    if (copy == NULL)
        goto no_memory;
    memcpy(copy, key, length * sizeof(uintptr_t));
    *entry = (Chain){hash, copy, length, value};
    chains->used++;
    return 1;
no_memory:
    PyErr_NoMemory();
    return -1;
}

void chains_free(Chains *chains, void (*release)(void *))
{
    Chain *entries = chains->entries;
    size_t size = entries ? chains->mask + 1 : 0;
    *chains = (Chains){NULL, 0, 0};
    for (size_t index = 0; index < size; index++) {
        if (entries[index].hash == 0)
            continue;
        PyMem_Free(entries[index].key);
        if (release != NULL)
            release(entries[index].value);
    }
    PyMem_Free(entries);
}
