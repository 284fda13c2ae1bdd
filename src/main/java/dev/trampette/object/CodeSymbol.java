package dev.trampette.object;

/// A routine of an object, by its symbol.
///
/// @param name the symbol
/// @param section where it lies, `.text` or another
/// @param offset from the beginning of the section; in a shared object, from where it is loaded
/// @param size in bytes: the symbol's own, or else up to the next symbol or the end of the section; 0 where nobody
///        knows it
/// @param file the object, as the user named it
public record CodeSymbol(String name, String section, long offset, long size, String file) {
}
