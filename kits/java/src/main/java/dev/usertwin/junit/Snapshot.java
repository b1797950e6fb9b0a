package dev.usertwin.junit;

/** A copy of a world, which nobody writes to. */
public record Snapshot(String world) {}
