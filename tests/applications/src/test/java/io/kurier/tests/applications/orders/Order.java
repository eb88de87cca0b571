package io.kurier.tests.applications.orders;

/// What a customer wants.
public record Order(String id, String customer, int amount) {}
