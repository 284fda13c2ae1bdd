/// The images of wrappers, as files and loaded, and what code is called whose addresses are met.
package dev.trampette.image;
