import RollbookTelemetry
import Testing

@Suite struct TraceContextTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let parent = "00-\(trace)-00f067aa0ba902b7-01"

    @Test func aHeaderIsReadAndWritten() throws {
        let context = try #require(TraceContext(traceparent: Self.parent))
        #expect(context.traceText == Self.trace)
        #expect(context.spanText == "00f067aa0ba902b7")
        #expect(context.isSampled)
        #expect(context.traceparent == Self.parent)
    }

    @Test func flagsBesideSampledAreNotOurs() {
        #expect(TraceContext(traceparent: Self.parent.dropLast(2) + "fe")?.isSampled == false)
        #expect(TraceContext(traceparent: Self.parent.dropLast(2) + "ff")?.isSampled == true)
    }

    @Test(arguments: [
        "", "00", parent + "-", parent + "0", parent.uppercased(), " " + parent, parent + " ",
        "ff" + parent.dropFirst(2), "0g" + parent.dropFirst(2),
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-\(trace)-0000000000000000-01", "00-\(trace)-00f067aa0ba902b7-0", "00_\(trace)_00f067aa0ba902b7_01",
        parent + ", " + parent, "01" + parent.dropFirst(2) + "x", "00-\(trace)-00f067aa0ba902b7-0é",
    ])
    func whatIsNotWellFormedIsAsIfItWereNotThere(header: String) {
        #expect(TraceContext(traceparent: header) == nil)
    }

    @Test func aNewerVersionMayHaveMore() {
        #expect(TraceContext(traceparent: "01" + Self.parent.dropFirst(2)) != nil)
        #expect(TraceContext(traceparent: "fe" + Self.parent.dropFirst(2) + "-what-the-future-holds") != nil)
    }

    @Test(arguments: ["congo=t61rcWkgMzE", "a=1,b=2", "a=1, b=2 ,c=", "tenant@system=x"])
    func stateIsPassedOnAsItIs(state: String) {
        #expect(TraceContext(traceparent: Self.parent, tracestate: state)?.state == state)
    }

    @Test(arguments: [
        "", "a", "=1", "a=1\u{0}", "a=ü", String(repeating: "a", count: 511) + "=1", ",,",
        (0..<33).map { "k\($0)=v" }.joined(separator: ","),
    ])
    func stateThatIsNoneIsLeftOut(state: String) throws {
        let context = try #require(TraceContext(traceparent: Self.parent, tracestate: state))
        #expect(context.state == nil)
    }

    @Test(arguments: 0..<20)
    func noHeaderBreaksTheReader(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed + 1)
        for _ in 0..<5_000 {
            var bytes = Array(Self.parent.utf8)
            for _ in 0..<Int.random(in: 0...3, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0...2, using: &numbers) {
                case 0: bytes[place] = .random(in: 0...255, using: &numbers)
                case 1: bytes.remove(at: place)
                default: bytes.insert(.random(in: 0...255, using: &numbers), at: place)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let context = TraceContext(traceparent: text, tracestate: text) else { continue }
            // Whatever is taken can be written, and reads as the same.
            #expect(TraceContext(traceparent: context.traceparent)?.traceID.low == context.traceID.low)
            #expect(context.traceparent.utf8.count == 55)
        }
    }
}
