; Instructions that wrappers and compiled C have, besides those of the images: for DecodersAgreeTest.
bits 64
    push rbx
    push r15
    push qword [rdi+8]
    push 5
    push -1
    push fs
    pushfq
    pop rbx
    pop qword [rdi]
    popfq
    call $
    call rax
    call [rax+16]
    jmp short $
    jmp rax
    jmp [rdi+rsi*8]
    jmp [rel $]
    ret
    ret 16
    leave
    enter 16, 0
    iretq
    jo $
    jno $
    jb $
    jae $
    je $
    jne $
    jbe $
    ja $
    js $
    jns $
    jp $
    jnp $
    jl $
    jge $
    jle $
    jg $
    loop $
    loope $
    loopne $
    jrcxz $
    jecxz $
    mov rax, rdi
    mov eax, [rdi]
    mov [rdi+rsi*8+0x10], rax
    mov [rel $], eax
    mov byte [rdi], 0x80
    mov rax, 0x123456789abcdef0
    mov eax, 0xffffffff
    mov rax, -1
    mov [rdi], ah
    mov bh, cl
    mov rax, [fs:0x28]
    mov [gs:rdi+8], rax
    mov rax, [0x1000]
    mov rax, [abs qword 0x1122334455667788]
    mov eax, fs
    mov cr0, rax
    mov rax, dr7
    movzx eax, byte [rsi]
    movsx rax, word [rsi]
    movsxd rax, edi
    movbe eax, [rsi]
    movnti [rdi], rax
    lea rax, [rdi+rsi*4-0x20]
    lea eax, [rel $]
    xchg rax, rbx
    xchg [rdi], ecx
    bswap rax
    add rax, 0x7f
    add rax, -128
    add dword [rdi], 0x80000000
    add al, 0x80
    sub rsp, 0x88
    and eax, [rsi]
    or [rdi], al
    xor eax, eax
    xor ah, al
    adc rax, rbx
    sbb eax, eax
    cmp rax, 0x5bd1e995
    cmp eax, -1
    cmp ax, 0x1234
    cmp byte [rdi], 0xff
    cmp dword [rel $], 3
    test rax, rdi
    test dil, 1
    test dword [rdi], 0x10000
    inc rax
    dec dword [rdi]
    neg rax
    not dword [rdi]
    mul rcx
    mul dword [rdi]
    imul rcx
    imul rax, rdi
    imul rax, [rdi], 0x18
    div rcx
    idiv dword [rdi]
    cbw
    cwde
    cdqe
    cwd
    cdq
    cqo
    shl rax, 1
    shl rax, 3
    shr eax, cl
    sar qword [rdi], 63
    rol rax, 8
    ror eax, cl
    rcl rax, 1
    rcr eax, 1
    shld rax, rbx, 4
    shrd rax, rbx, cl
    bt rdi, 37
    bt [rdi], eax
    bts rax, 3
    btr dword [rdi], 3
    lock btc [rdi], rax
    bsf rax, rdi
    bsr rax, rdi
    lzcnt rax, rdi
    tzcnt rax, rdi
    popcnt eax, [rdi]
    crc32 eax, cl
    andn rax, rbx, rcx
    bextr rax, rbx, rcx
    blsi rax, rbx
    blsr rax, rbx
    bzhi rax, rbx, rcx
    pdep rax, rbx, rcx
    pext rax, rbx, [rdi]
    mulx rax, rbx, rcx
    rorx rax, rbx, 5
    shlx rax, rbx, rcx
    adcx rax, rbx
    adox rax, rbx
    cmpxchg [rdi], rcx
    lock cmpxchg16b [rdi]
    cmpxchg8b [rdi]
    lock xadd [rdi], rax
    setne al
    setg byte [rdi]
    cmovb rax, rdi
    cmovle eax, [rdi]
    movsb
    rep movsq
    rep stosb
    stosd
    lodsq
    repe cmpsb
    repne scasb
    cld
    std
    clc
    stc
    cmc
    cli
    sti
    clac
    stac
    lahf
    sahf
    cpuid
    rdtsc
    rdtscp
    rdrand rax
    rdseed ecx
    rdmsr
    wrmsr
    xgetbv
    rdpmc
    rdfsbase rax
    wrgsbase rcx
    syscall
    in al, dx
    out dx, eax
    in eax, 0x80
    hlt
    ud2
    int3
    nop
    nop dword [rax+rax]
    pause
    endbr64
    lfence
    mfence
    sfence
    clflush [rdi]
    clflushopt [rdi]
    clwb [rdi]
    prefetcht0 [rdi]
    prefetchnta [rdi]
    prefetchw [rdi]
    invlpg [rdi]
    wbinvd
    swapgs
    vmread rax, rdi
    vmread [rsi], rdi
    vmwrite rdi, rax
    vmwrite rdi, [rsi]
    vmclear [rdi]
    vmptrld [rdi]
    vmptrst [rdi]
    vmxon [rdi]
    vmxoff
    vmcall
    vmmcall
    vmlaunch
    vmresume
    vmfunc
    invept rdi, [rsi]
    invvpid rdi, [rsi]
    invpcid rdi, [rsi]
    db 0x66, 0x0f, 0x01, 0xcc       ; tdcall
    db 0x66, 0x0f, 0x01, 0xcf       ; seamcall
    db 0x66, 0x0f, 0x01, 0xcd       ; seamret
    movaps xmm0, xmm1
    movaps [rsp], xmm6
    movups xmm6, [rsp+0x10]
    movdqu [rdi], xmm0
    movdqa xmm0, [rel $]
    movq xmm0, rax
    movq rax, xmm0
    movd [rdi], xmm1
    movntdq [rdi], xmm0
    movsd xmm0, [rdi]
    movss [rdi], xmm0
    movhps [rdi], xmm0
    movmskps eax, xmm0
    pmovmskb eax, xmm0
    pextrq rax, xmm0, 1
    pextrb [rdi], xmm0, 3
    pinsrq xmm0, rax, 1
    pxor xmm0, xmm0
    paddq xmm0, [rdi]
    pshufd xmm0, [rdi], 0xe4
    pcmpeqb xmm0, [rdi]
    pcmpistri xmm0, xmm1, 3
    ptest xmm0, [rdi]
    addsd xmm0, [rdi]
    mulps xmm0, xmm1
    sqrtsd xmm0, xmm1
    cvtsi2sd xmm0, rax
    cvttsd2si rax, [rdi]
    comisd xmm0, [rdi]
    ucomiss xmm0, xmm1
    aesenc xmm0, [rdi]
    sha1rnds4 xmm0, xmm1, 2
    ldmxcsr [rdi]
    stmxcsr [rdi]
    fxsave [rdi]
    fxrstor [rdi]
    xsave [rdi]
    xrstor [rdi]
    vzeroupper
    vzeroall
    vmovdqu ymm0, [rdi]
    vmovdqu [rdi], ymm0
    vmovntdq [rdi], ymm0
    vpaddq ymm0, ymm1, [rdi]
    vpxor xmm0, xmm0, xmm0
    vpmovmskb eax, ymm0
    vptest ymm0, ymm1
    vucomisd xmm0, [rdi]
    vextracti128 [rdi], ymm0, 1
    vinserti128 ymm0, ymm0, [rdi], 1
    vmovdqu64 zmm0, [rdi]
    vmovdqu64 [rdi], zmm0
    kmovq k1, rax
    kmovq rax, k1
    kmovw [rdi], k1
    kortestw k1, k1
    fld qword [rdi]
    fstp qword [rdi]
    fild dword [rdi]
    fistp qword [rdi]
    fadd qword [rdi]
    fldcw [rdi]
    fnstcw [rdi]
    fnstsw ax
    fninit
    emms
    fcomip st1
    sgdt [rdi]
    lgdt [rdi]
    sidt [rdi]
