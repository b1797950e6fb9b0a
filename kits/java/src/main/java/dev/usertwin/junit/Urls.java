package dev.usertwin.junit;

/** The addresses to give to a client of each API in place of the vendor's. */
public record Urls(String pbnb, String reseller, String expoints, String adminUsers) {}
