/// Whether ids have only grown so far: then none has come twice, and nobody needs to sort them to know.
struct IdentifierOrder: Sendable {
    private(set) var isGrowing = true
    private var last: Int64?

    /// The order with these behind it; one that is missing is in no order.
    func followed(by identifiers: [Int64?]) -> IdentifierOrder {
        guard isGrowing else { return self }
        var order = self
        for identifier in identifiers {
            guard let identifier, order.last.map({ $0 < identifier }) ?? true else {
                order.isGrowing = false
                break
            }
            order.last = identifier
        }
        return order
    }
}
