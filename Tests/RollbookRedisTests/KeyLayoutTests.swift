import RollbookCache
import RollbookModel
import Testing

@testable import RollbookRedis

let state = DataState(storeID: "5c0ffee", version: 7, mark: "9c41")

func key(_ report: String = "student-progress", student: Value = .integer(1), state: DataState = state) -> AnswerKey {
    AnswerKey(
        report: report, parameters: [NamedValue("student", student)], policy: Policy(),
        date: CalendarDate(daysSinceEpoch: 16_130), asOf: nil, permissions: "all", sqlFingerprint: "f1",
        dataState: state)
}

@Suite struct KeyLayoutTests {
    private let layout = KeyLayout(prefix: "school")

    @Test func aNameHoldsWhatIsForgottenBy() {
        let name = layout.answer(key())
        #expect(name.hasPrefix("school:a1:5c0ffee:student-progress/student=1/pass_mark=70"))
        #expect(name.hasSuffix(":7.9c41:\(key().digest)"))
        #expect(name.utf8.count < 300)
    }

    @Test func differentKeysHaveDifferentNames() {
        let others = [
            key(), key(student: .integer(2)), key("class-trends"),
            key(student: .text(String(repeating: "x", count: 500))),
            key(student: .text(String(repeating: "x", count: 501))),
            key(state: DataState(storeID: "b", version: 7, mark: "9c41")),
            key(state: DataState(storeID: "5c0ffee", version: 8, mark: "9c41")),
            key(state: DataState(storeID: "5c0ffee", version: 7, mark: "other")),
        ]
        #expect(Set(others.map(layout.answer)).count == others.count)
        #expect(Set(others.map(layout.lease)).count == others.count)
    }

    @Test func whatAGlobWouldTakeForItsOwnStandsForItself() {
        #expect(KeyLayout.escaped(#"a*?[]^-\b"#) == #"a\*\?\[\]\^\-\\b"#)
        #expect(layout.pattern(text: "class-trends/", storeID: "5c0ffee") == #"school:a1:5c0ffee:class\-trends/*"#)
        #expect(layout.pattern(text: "", storeID: nil) == "school:a1:*:*")
        // With what follows it, it is another character, but the same byte.
        #expect(KeyLayout.escaped("*\u{301}[\u{301}") == "\\*\u{301}\\[\u{301}")
    }

    @Test(arguments: ["ä", "*", "\u{0}\n", String(repeating: "\u{1F600}", count: 400)])
    func anyPrefixGivesAPattern(text: String) {
        #expect(layout.pattern(text: text, storeID: "x").hasPrefix("school:a1:x:"))
    }
}

@Suite struct NoticeTests {
    @Test(arguments: [
        Notice.state(state), .forget(prefix: "", number: 3, storeID: nil),
        .forget(prefix: "class-trends/class=1 2", number: 0, storeID: "5c0ffee"),
        .forget(prefix: "ä\n", number: 9, storeID: nil), .kept(digest: key().digest),
    ])
    func whatIsToldIsUnderstood(notice: Notice) throws {
        let read = try #require(Notice.read(Array(notice.text(from: "me").utf8)))
        #expect(read.notice == notice)
        #expect(read.sender == "me")
    }

    @Test(arguments: [
        "", " ", "me", "me state", "me state x", "me state a.b.c", "me state a.1.b.c", "me kept", "me kept short",
        "me forget", "me forget x", "me forget x y", "me forget 1 y", "you shall forget", "me flushall now please",
    ])
    func allElseIsPassedOver(text: String) {
        #expect(Notice.read(Array(text.utf8)) == nil)
    }

    @Test func garbageIsPassedOver() {
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<64)).map { _ in UInt8.random(in: .min ... .max) }
            if let read = Notice.read(bytes) { Issue.record("\(bytes) is understood as \(read)") }
        }
        #expect(Notice.read([0xFF, 0xFE]) == nil)
    }
}

@Suite struct ReconnectPlanTests {
    @Test func waitsGrowAndEnd() {
        var plan = ReconnectPlan()
        let waits = (0..<20).map { _ in plan.delay(chance: 1) }
        #expect(waits.prefix(4) == [.milliseconds(50), .milliseconds(100), .milliseconds(200), .milliseconds(400)])
        #expect(waits.last == ReconnectPlan.longest)
        plan.succeeded()
        #expect(plan.delay(chance: 0) == .milliseconds(25))
    }
}
