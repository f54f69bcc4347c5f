/// Is told of every question that a warehouse was asked: for logs, counts, and the record of what people ask.
public protocol QuestionObserver: Sendable {
    /// A question was answered, or could not be. Called where the answer is given, so it must return at once and must not
    /// wait for anything: what takes longer belongs into a task of its own.
    func answered(_ event: QuestionEvent)
}
