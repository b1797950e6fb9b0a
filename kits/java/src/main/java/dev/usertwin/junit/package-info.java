/** A world of its own on a usertwin server for each JUnit test: {@link dev.usertwin.junit.Usertwin}. */
package dev.usertwin.junit;
