package io.kurier.tests.applications.orders;

/// What a customer got, and what all orders of this customer come to.
public record Receipt(String orderId, String customer, int total) {}
