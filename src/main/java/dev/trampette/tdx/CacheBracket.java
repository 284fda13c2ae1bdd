package dev.trampette.tdx;

/// What a host kernel puts around every SEAMCALL, for the module may leave dirty cache lines of private memory behind.
///
/// A kernel that hands the machine to another one (kexec) writes caches back where a mark says that they may be dirty.
/// The mark is set *before* the call, with preemption off: the processor may be stopped in the middle of it, and a mark
/// that comes afterwards never comes then. It stays set, whatever the call answered.
public interface CacheBracket {

    /// None: nobody writes caches back.
    CacheBracket NONE = new CacheBracket() {
        @Override
        public void open() {
        }

        @Override
        public void close() {
        }
    };

    /// Before a SEAMCALL: preemption off, then the mark of this processor.
    void open();

    /// After it, also when it threw: preemption on.
    void close();
}
