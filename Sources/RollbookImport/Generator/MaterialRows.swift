import RollbookModel

/// Which materials there are: first those that all classes of a subject share, then those of each class. A subject or
/// class works through its own in order, over the year.
struct MaterialPlan: Sendable {
    /// The number of materials of each subject, and of each class.
    let perOwner: Int
    private let subjects: Int
    private let classes: Int

    init(_ school: SchoolPlan) {
        perOwner = min(max(school.submissionsPerStudent / 10, 4), 40)
        subjects = school.layout.subjectCount
        classes = school.layout.classCount
    }

    /// Materials belong to owners: the subjects, then the classes.
    var ownerCount: Int { subjects + classes }

    func owner(subject: Int) -> Int { subject }
    func owner(classIndex: Int) -> Int { subjects + classIndex }
    /// The class that owns, or nil where the owner is a subject.
    func classIndex(ofOwner owner: Int) -> Int? { owner < subjects ? nil : owner - subjects }
    func material(_ number: Int, ofOwner owner: Int) -> Int { owner * perOwner + number }

    /// What a student works on by a day: mostly the newest, often the one before, seldom an old one.
    func number(by day: Int, _ chance: inout Chance) -> Int {
        let newest = day * perOwner / SchoolCalendar.length
        let back =
            switch chance.below(20) {
            case 0..<12: 0
            case 12..<17: 1
            default: chance.below(newest + 1)
            }
        return max(0, newest - back)
    }
}

/// Makes the materials, owner by owner.
struct MaterialRows: RowMaker {
    struct Row: GeneratedRow {
        static let table = RecordTable.materials
        let index: Int
        let subject: Int
        let classIndex: Int?
        let title: String

        static func columns(of rows: ArraySlice<Row>) -> [BatchColumn] {
            [
                rows.identifiers(\.index), rows.identifiers(\.subject), rows.identifiers(\.classIndex),
                rows.texts(\.title),
            ]
        }
    }

    private let school: SchoolPlan
    private let plan: MaterialPlan
    var portionCount: Int { plan.ownerCount }

    init(_ school: SchoolPlan) {
        self.school = school
        plan = MaterialPlan(school)
    }

    func append(portion owner: Int, to rows: inout [Row]) {
        let classIndex = plan.classIndex(ofOwner: owner)
        let subject = classIndex.map { school.layout.subject(ofClass: $0) } ?? owner
        let name = SchoolNames.subject(subject, in: school.layout)
        for number in 0..<plan.perOwner {
            let index = plan.material(number, ofOwner: owner)
            var chance = Chance(school.seed, .title, index)
            let title = "\(name): \(chance.pick(SchoolNames.materials)) \(number + 1)"
            rows.append(Row(index: index, subject: subject, classIndex: classIndex, title: title))
        }
    }
}
