/// Elements in the order of their last use. Every operation takes constant time: the links are positions in one array,
/// and a removed element's position is used again.
struct RecencyList<Element> {
    private struct Node {
        var element: Element?
        var newer: Int?
        var older: Int?
    }

    private var nodes: [Node] = []
    private var free: [Int] = []
    private(set) var newest: Int?
    private(set) var oldest: Int?

    /// The element at a position that ``insert(_:)`` gave and ``remove(at:)`` has not taken back.
    subscript(position: Int) -> Element? {
        get { nodes[position].element }
        set { nodes[position].element = newValue }
    }

    /// Adds an element as the newest; the position stays its own until it is removed.
    mutating func insert(_ element: Element) -> Int {
        let position: Int
        if let reused = free.popLast() {
            position = reused
            nodes[position].element = element
        } else {
            position = nodes.count
            nodes.append(Node(element: element))
        }
        linkAsNewest(position)
        return position
    }

    /// Makes an element the newest.
    mutating func touch(_ position: Int) {
        guard newest != position else { return }
        unlink(position)
        linkAsNewest(position)
    }

    /// Takes an element out.
    mutating func remove(at position: Int) {
        unlink(position)
        nodes[position].element = nil
        free.append(position)
    }

    /// All elements, from the newest to the oldest.
    var elements: [Element] {
        var elements: [Element] = []
        var position = newest
        while let current = position {
            if let element = nodes[current].element { elements.append(element) }
            position = nodes[current].older
        }
        return elements
    }

    private mutating func linkAsNewest(_ position: Int) {
        nodes[position].newer = nil
        nodes[position].older = newest
        if let newest { nodes[newest].newer = position } else { oldest = position }
        newest = position
    }

    private mutating func unlink(_ position: Int) {
        let (newer, older) = (nodes[position].newer, nodes[position].older)
        if let newer { nodes[newer].older = older } else { newest = older }
        if let older { nodes[older].newer = newer } else { oldest = newer }
    }
}
