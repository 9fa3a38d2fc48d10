/*
 * Control flow guard: the load configuration of an image, and what its checked calls do.
 *
 * A checked call goes through one of the two pointers below. They lead to functions that check nothing; a kernel that
 * enforces control flow guard replaces them when it loads the image, and takes the functions that may be called from
 * the table that the load configuration names. The linker makes the table, and finds this by its name.
 */

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

/* Made by the linker. That of the flags and the counts is their value, not an address. */
extern const u8 __guard_fids_table[], __guard_fids_count[], __guard_flags[];
extern const u8 __guard_iat_table[], __guard_iat_count[], __guard_longjmp_table[], __guard_longjmp_count[];

static void unchecked(void)
{
}

/* The function to call is in a register that no argument takes; everything else belongs to it. */
static __attribute__((naked)) void unchecked_dispatch(void)
{
#ifdef __aarch64__
    __asm__("br x15");
#else
    __asm__("jmp *%rax");
#endif
}

__attribute__((section(".00cfg"))) void (*const __guard_check_icall_fptr)(void) = unchecked;
__attribute__((section(".00cfg"))) void (*const __guard_dispatch_icall_fptr)(void) = unchecked_dispatch;

/* IMAGE_LOAD_CONFIG_DIRECTORY64, as far as it concerns the guard. */
struct load_config {
    u32 size;
    u8 unused[108];
    void (*const *check_pointer)(void);
    void (*const *dispatch_pointer)(void);
    const u8 *functions;
    const u8 *function_count;
    /* 32 bits; those that follow are 0, as the upper half of the value is. */
    const u8 *flags;
    u64 code_integrity;
    const u8 *address_taken_imports;
    const u8 *address_taken_import_count;
    const u8 *long_jump_targets;
    const u8 *long_jump_target_count;
};

_Static_assert(__builtin_offsetof(struct load_config, check_pointer) == 112, "GuardCFCheckFunctionPointer");
_Static_assert(__builtin_offsetof(struct load_config, flags) == 144, "GuardFlags");
_Static_assert(__builtin_offsetof(struct load_config, address_taken_imports) == 160, "GuardAddressTakenIatEntryTable");
_Static_assert(sizeof(struct load_config) == 192, "up to GuardLongJumpTargetCount");

const struct load_config _load_config_used = {
    .size = sizeof(struct load_config),
    .check_pointer = &__guard_check_icall_fptr,
    .dispatch_pointer = &__guard_dispatch_icall_fptr,
    .functions = __guard_fids_table,
    .function_count = __guard_fids_count,
    .flags = __guard_flags,
    .address_taken_imports = __guard_iat_table,
    .address_taken_import_count = __guard_iat_count,
    .long_jump_targets = __guard_longjmp_table,
    .long_jump_target_count = __guard_longjmp_count,
};
