# Arabic: measured by en.ftl, the language that all others are measured by.
# $service is the name of the service, as the operator set it.

## The language itself

language-name = العربية
language-direction = rtl
language-locale = ar-u-nu-latn

## The shell around every page

skip = الانتقال إلى المحتوى
home-of = { $service }، الصفحة الرئيسية
window-title = { $title } · { $service }
window-title-refused = خطأ: { $title }
menu = قائمة الحساب
menu-account = حسابك
account-navigation = الحساب
secured-by = محمي بواسطة Vestibule
description = سجّل الدخول إلى { $service } أو أنشئ حسابًا.
about = حول هذه الخدمة
help = المساعدة
privacy = الخصوصية
terms = الشروط
version = الإصدار { $version }
choices-title = الألوان واللغة
theme = الألوان
theme-system = مثل النظام
theme-light = فاتح
theme-dark = داكن
language = اللغة
cancel = إلغاء
optional = اختياري
show-field = إظهار: { $label }
caps-lock = مفتاح Caps Lock قيد التشغيل

## What script says

script-failed = تعذّر تشغيل النص البرمجي لهذه الصفحة. تعمل نماذجها من دونه.
storage-blocked = لا يحفظ هذا المتصفح أي بيانات لهذا الموقع. تم تسجيل دخولك رغم ذلك. سجّل الخروج عندما تنتهي.
offline = أنت غير متصل بالإنترنت. ما تكتبه يبقى هنا حتى يعود الاتصال.
signed-in-again = تم تسجيل دخولك من جديد.
copied = تم النسخ.
copying-refused = لا يسمح هذا المتصفح بالنسخ هنا.

## Times

just-now = الآن
ago-minutes = { $count ->
    [zero] قبل أقل من دقيقة
    [one] قبل دقيقة واحدة
    [two] قبل دقيقتين
    [few] قبل { $count } دقائق
    [many] قبل { $count } دقيقة
   *[other] قبل { $count } دقيقة
}
ago-hours = { $count ->
    [zero] قبل أقل من ساعة
    [one] قبل ساعة واحدة
    [two] قبل ساعتين
    [few] قبل { $count } ساعات
    [many] قبل { $count } ساعة
   *[other] قبل { $count } ساعة
}
ago-days = { $count ->
    [zero] قبل أقل من يوم
    [one] قبل يوم واحد
    [two] قبل يومين
    [few] قبل { $count } أيام
    [many] قبل { $count } يومًا
   *[other] قبل { $count } يوم
}
ago-months = { $count ->
    [zero] قبل أقل من شهر
    [one] قبل شهر واحد
    [two] قبل شهرين
    [few] قبل { $count } أشهر
    [many] قبل { $count } شهرًا
   *[other] قبل { $count } شهر
}
ago-years = { $count ->
    [zero] قبل أقل من سنة
    [one] قبل سنة واحدة
    [two] قبل سنتين
    [few] قبل { $count } سنوات
    [many] قبل { $count } سنة
   *[other] قبل { $count } سنة
}
in-utc = { $moment } UTC
in-seconds = { $count ->
    [zero] الآن
    [one] خلال ثانية واحدة
    [two] خلال ثانيتين
    [few] خلال { $count } ثوانٍ
    [many] خلال { $count } ثانية
   *[other] خلال { $count } ثانية
}
in-minutes = { $count ->
    [zero] خلال أقل من دقيقة
    [one] خلال دقيقة واحدة
    [two] خلال دقيقتين
    [few] خلال { $count } دقائق
    [many] خلال { $count } دقيقة
   *[other] خلال { $count } دقيقة
}
in-hours = { $count ->
    [zero] خلال أقل من ساعة
    [one] خلال ساعة واحدة
    [two] خلال ساعتين
    [few] خلال { $count } ساعات
    [many] خلال { $count } ساعة
   *[other] خلال { $count } ساعة
}
try-again-now = يمكنك المحاولة مرة أخرى الآن.
try-again-when = يمكنك المحاولة مرة أخرى { $when }.

## The start page

start-title = مرحبًا
start-lead = سجّل الدخول إلى حسابك أو أنشئ حسابًا.
product-heading = الباب الأمامي لتطبيقك
product-lead = حسابات، وتسجيل دخول عبر المتصفح، وواجهات API محمية في برنامج واحد. يعمل على جهازك ويحفظ بياناته فيه.
product-terminal = أو من سطر الأوامر
welcome = مرحبًا بك في { $service }! تجد واجهة API على العنوان /api/v1.

## Forms

button = { $form ->
    [login] تسجيل الدخول
    [register] إنشاء حساب
    [setup] إنشاء حساب المسؤول
    [forgot] إرسال الرسالة
    [forgot_code] متابعة
    [reset] اختيار كلمة المرور هذه
    [undo] التراجع عن التغيير
    [secure] تسجيل خروج الجميع
    [refuse] إزالة عنواني
    [password] تغيير كلمة المرور
    [proof] تأكيد
    [profile] حفظ
    [username] تغيير اسم المستخدم
    [address] إرسال رسالة
    [verify_code] تأكيد
    [verify_link] تأكيد هذا العنوان
    [verify_again] إرسال رسالة أخرى
    [address_primary] جعله العنوان الرئيسي
    [address_remove] إزالة
    [end_session] تسجيل الخروج
    [end_others] تسجيل الخروج من كل مكان آخر
    [end_all] تسجيل الخروج من كل مكان
    [seen] فهمت
    [notice_on] تشغيل هذه الرسائل
    [notice_off] إيقاف هذه الرسائل
    [logout] تسجيل الخروج
    [factor] متابعة
    [factor_recovery] استخدام رمز الاسترداد هذا
    [factor_proof] تأكيد
    [passkey_register] إنشاء حساب بمفتاح مرور
    [passkey_login] تسجيل الدخول بمفتاح مرور
    [passkey_factor] استخدام مفتاح مرور
    [passkey_proof] استخدام مفتاح مرور
    [passkey_begin] إضافة مفتاح مرور
    [passkey_confirm] إنشاء مفتاح المرور
    [passkey_rename] تغيير الاسم
    [passkey_remove] إزالة
    [totp_begin] إعداد تطبيق مصادقة
    [totp_confirm] تفعيل تسجيل الدخول بخطوتين
    [totp_remove] إيقاف تسجيل الدخول بخطوتين
    [codes_new] إنشاء رموز جديدة
    [codes_kept] لقد حفظتها
    [leave] احذف حسابي
    [keep] أبقِ حسابي
    [data] نزّل بياناتي
    [trust_end] عدم الوثوق
    [trust_end_all] عدم الوثوق بأيٍّ منها
    [enrol] تفعيل وتسجيل الدخول
   *[other] ?
}
busy = { $form ->
    [login] جارٍ تسجيل الدخول…
    [register] جارٍ إنشاء الحساب…
    [setup] جارٍ إنشاء حساب المسؤول…
    [forgot] جارٍ إرسال الرسالة…
    [forgot_code] جارٍ التحقق…
    [reset] جارٍ تغيير كلمة المرور…
    [undo] جارٍ التراجع…
    [secure] جارٍ تسجيل الخروج…
    [refuse] جارٍ الإزالة…
    [password] جارٍ تغيير كلمة المرور…
    [proof] جارٍ التأكيد…
    [profile] جارٍ الحفظ…
    [username] جارٍ تغيير اسم المستخدم…
    [address] جارٍ إرسال رسالة…
    [verify_code] جارٍ التأكيد…
    [verify_link] جارٍ التأكيد…
    [verify_again] جارٍ إرسال رسالة…
    [address_primary] جارٍ التغيير…
    [address_remove] جارٍ الإزالة…
    [end_session] جارٍ تسجيل الخروج…
    [end_others] جارٍ تسجيل الخروج…
    [end_all] جارٍ تسجيل الخروج…
    [seen] جارٍ الحفظ…
    [notice_on] جارٍ التشغيل…
    [notice_off] جارٍ الإيقاف…
    [logout] جارٍ تسجيل الخروج…
    [factor] جارٍ التحقق…
    [factor_recovery] جارٍ التحقق…
    [factor_proof] جارٍ التأكيد…
    [passkey_register] جارٍ إنشاء حسابك…
    [passkey_login] جارٍ تسجيل الدخول…
    [passkey_factor] جارٍ التحقق…
    [passkey_proof] جارٍ التأكيد…
    [passkey_begin] لحظة واحدة…
    [passkey_confirm] جارٍ الإضافة…
    [passkey_rename] جارٍ الحفظ…
    [passkey_remove] جارٍ الإزالة…
    [totp_begin] جارٍ التحضير…
    [totp_confirm] جارٍ التحقق…
    [totp_remove] جارٍ الإيقاف…
    [codes_new] جارٍ إنشاء الرموز…
    [codes_kept] جارٍ الحفظ…
    [leave] جارٍ الحذف…
    [keep] جارٍ الإبقاء…
    [data] جارٍ الجمع…
    [trust_end] جارٍ إنهاء الثقة…
    [trust_end_all] جارٍ إنهاء الثقة…
    [enrol] جارٍ تسجيل الدخول…
   *[other] ?
}
failed = { $form ->
    [login] لم يتم تسجيل دخولك
    [register] لم يتم إنشاء الحساب
    [setup] لم يتم إنشاء حساب المسؤول
    [forgot] لم تُرسل أي رسالة
    [forgot_code] لا يمكنك المتابعة بعد
    [reset] لم يتم تغيير كلمة المرور
    [undo] لم يتم التراجع عن التغيير
    [secure] لم يُسجَّل خروج أحد
    [refuse] لم يُزل العنوان
    [password] لم يتم تغيير كلمة المرور
    [proof] لم يتم التعرّف عليك
    [profile] لم يتم حفظ أي شيء
    [username] لم يتم تغيير اسم المستخدم
    [address] لم يتم حفظ العنوان
    [verify_code] لم يتم تأكيد العنوان
    [verify_link] لم يتم تأكيد العنوان
    [verify_again] لم تُرسل أي رسالة
    [address_primary] لم يتغير العنوان الرئيسي
    [address_remove] لم يُزل العنوان
    [end_session] لم يتم تسجيل خروج الجهاز
    [end_others] لم يتم تسجيل الخروج من أي جهاز آخر
    [end_all] لم يتم تسجيل الخروج من أي جهاز
    [seen] لم يُخفَ التحذير
    [notice_on] لم يتغير شيء
    [notice_off] لم يتغير شيء
    [logout] ما زلت مسجّل الدخول
    [factor] لم تسجّل الدخول بعد
    [factor_recovery] لم تسجّل الدخول بعد
    [factor_proof] لم يتم التعرف عليك
    [passkey_register] لم يُنشأ الحساب
    [passkey_login] لم يتم تسجيل دخولك بعد
    [passkey_factor] لم يتم تسجيل دخولك بعد
    [passkey_proof] لم يتم التعرف عليك
    [passkey_begin] لم يُضف مفتاح مرور
    [passkey_confirm] لم يُضف مفتاح مرور
    [passkey_rename] بقي الاسم كما كان
    [passkey_remove] ما زال مفتاح المرور موجودًا
    [totp_begin] لم يتم إعداد شيء
    [totp_confirm] تسجيل الدخول بخطوتين غير مفعّل بعد
    [totp_remove] تسجيل الدخول بخطوتين ما زال مفعّلًا
    [codes_new] لم تُنشأ رموز جديدة
    [codes_kept] ما زالت الرموز معروضة
    [leave] لم يُحذف حسابك
    [keep] لم يُبقَ حسابك بعد
    [data] لم يُنشأ أي ملف
    [trust_end] ما زال المتصفح موثوقًا
    [trust_end_all] ما زالت المتصفحات موثوقة
    [enrol] لم يتم تسجيل دخولك بعد
   *[other] ?
}
login-heading = تسجيل الدخول إلى { $service }
login-other = ليس لديك حساب؟
login-forgotten = هل نسيت كلمة المرور؟
login-by-mail = تسجيل الدخول بالبريد، بلا كلمة مرور
login-ask = اسأل القائمين على { $service }.
register-heading = إنشاء حسابك في { $service }
logout-title = تسجيل الخروج؟
register-lead = يكفي اسم مستخدم وكلمة مرور.
register-lead-address = يُفتح حسابك حين تؤكّد عنوان بريدك الإلكتروني.
register-other = هل لديك حساب؟
setup-title = الإعداد
setup-heading = إنشاء حساب المسؤول الأول
setup-lead = يعمل هذا الرابط مرة واحدة، ولمدة ساعة من بدء تشغيل الخادم.
password-lead = سيتم تسجيل خروجك من كل مكان آخر.
password-none = ليس لحسابك كلمة مرور: يسجّل دخولك مفتاح مرور.
password-choose = يمكنك اختيار واحدة برسالة إلى عنوان أكدته:
proof-heading = تأكيد هويتك
proof-lead = { $minutes ->
    [zero] أدخل كلمة المرور للمتابعة. سيُطلب منك ذلك في كل مرة.
    [one] أدخل كلمة المرور للمتابعة. لن يُطلب منك ذلك مرة أخرى لمدة دقيقة واحدة.
    [two] أدخل كلمة المرور للمتابعة. لن يُطلب منك ذلك مرة أخرى لمدة دقيقتين.
    [few] أدخل كلمة المرور للمتابعة. لن يُطلب منك ذلك مرة أخرى لمدة { $minutes } دقائق.
    [many] أدخل كلمة المرور للمتابعة. لن يُطلب منك ذلك مرة أخرى لمدة { $minutes } دقيقة.
   *[other] أدخل كلمة المرور للمتابعة. لن يُطلب منك ذلك مرة أخرى لمدة { $minutes } دقيقة.
}
end-session-name = تسجيل الخروج من { $device }

## كلمات المرور المنسية

forgot-title = كلمة مرور منسية
forgot-heading = هل نسيت كلمة المرور؟
forgot-lead = نرسل رسالة إلى العنوان الذي أكّدته. بها تختار كلمة مرور جديدة.
forgot-lead-any = نرسل رسالة إلى عنوان حسابك. بها تختار كلمة مرور جديدة.
forgot-nothing = إذا لم تؤكد أي عنوان فلا يمكن إرسال رسالة. اسأل القائمين على { $service }.
forgot-off = هذه الخدمة لا ترسل رسائل بريد. اطلب من القائمين على { $service } كلمة مرور جديدة.
forgot-back = العودة إلى تسجيل الدخول
forgot-code-title = انظر في بريدك
forgot-code-lead = إذا كان هناك حساب بهذا الاسم وله عنوان مؤكد فإن رسالة في طريقها إليك. أدخل الرمز منها هنا، أو افتح رابطها.
forgot-code-nothing = لم يصل شيء بعد بضع دقائق؟ انظر في مجلد الرسائل غير المرغوب فيها.
mail-from = تأتي الرسالة من { $address }.
forgot-again = اطلب رسالة أخرى
reset-title = اختر كلمة مرور جديدة
reset-lead = سيتم تسجيل خروجك من كل مكان، ثم تسجّل الدخول بكلمة المرور الجديدة.
reset-of = كلمة المرور الجديدة للحساب { $name }.
reset-asked = طُلب هذا في { $when } بواسطة { $device }.
reset-done = تم تغيير كلمة مرورك. سجّل الدخول بها.
link-over-title = لم يعد هذا الرابط صالحًا
link-over-lead = استُخدم من قبل، أو انتهى وقته، أو حلّت محله رسالة أحدث. إذا استخدمته للتو فقد أدّى ما أُرسل من أجله.
link-over-stolen = رسالة لكلمة مرور جديدة طريق آخر إلى حسابك. إذا استولى شخص على الحساب فاسأل القائمين على { $service }.
link-over-again = طلب رسالة لكلمة مرور جديدة
undo-title = التراجع عن تغيير عناوينك
undo-of = يخص هذا الحساب { $name }.
undo-back = يعود { $address } عنوانه الرئيسي. يُزال ما أُضيف منذ ذلك، من عناوين أحدث أو تطبيق مصادقة.
undo-lead = يُسجَّل الخروج من كل الأجهزة، ولا تعود كلمة المرور صالحة. نرسل إليك رسالة تختار بها كلمة جديدة.
undo-otherwise = إذا كنت أنت من غيّر العناوين فأغلق هذه الصفحة: لم يحدث شيء.
said-undone = تم التراجع عن التغيير. رسالة لكلمة مرور جديدة في طريقها إلى عنوانك.
secure-title = لم أكن أنا
secure-of = تسجيل خروج الجميع من الحساب { $name }.
secure-lead = يُسجَّل الخروج من كل الأجهزة، ولا تعود كلمة المرور صالحة. تذهب رسالة تختار بها كلمة جديدة إلى عنوان للحساب منذ أسبوع أو أكثر. أما العنوان الأحدث فاطلب له الرسالة في صفحة تسجيل الدخول. أما مفاتيح المرور التي أُضيفت قبل أكثر من سبعة أيام فتبقى صالحة، فراجِعها بعد ذلك.
secure-stays = لن يُحذف الحساب.
secure-otherwise = إذا كنت أنت فعلًا فأغلق هذه الصفحة: لم يحدث شيء.
said-secured = تم تسجيل الخروج من كل الأجهزة. إذا كان للحساب عنوان منذ أسبوع فرسالة لكلمة مرور جديدة في طريقها إليه. إذا لم تصل فاطلب واحدة في صفحة تسجيل الدخول. أما مفاتيح المرور التي أُضيفت قبل أكثر من سبعة أيام فتبقى صالحة، فراجِعها بعد ذلك.
refuse-title = أليس هذا حسابك؟
refuse-of = أُعطي { $address } لحساب، ولم يؤكده أحد.
refuse-lead = إذا كنت لا تعرف شيئًا عن ذلك الحساب فأزل عنوانك منه. يُخبَر صاحب الحساب بأن العنوان ليس له. لا يُنشأ لك حساب ولا يُغلق حساب.
refuse-otherwise = إذا كنت أنت من أعطى العنوان فأغلق هذه الصفحة واستخدم الرابط الآخر في الرسالة.
said-refused = أُزيل عنوانك من ذلك الحساب.
hint-forgot = اسم المستخدم الخاص بك، أو عنوان بريد إلكتروني أكّدته.
hint-mailed-code = ثمانية أرقام، بمسافة أو بدونها.

## Two-step sign-in

factor-heading = خطوة أخرى
factor-lead = كلمة المرور صحيحة. أدخل الآن الرمز الذي يعرضه تطبيق المصادقة.
factor-lead-mail = الرمز الذي في الرسالة صحيح. أدخل الآن الرمز الذي يعرضه تطبيق المصادقة.
factor-recovery = لا يمكنك الوصول إلى التطبيق؟
factor-recovery-lead = استخدم أحد رموز الاسترداد التي حفظتها عند الإعداد. إن لم يكن لديك رمز فاسأل القائمين على هذه الخدمة.
factor-late = استغرق ذلك وقتًا طويلًا. سجّل الدخول مرة أخرى.
factor-again = البدء من جديد
enrol-heading = إعداد تسجيل الدخول بخطوتين
enrol-lead = كلمة المرور صحيحة. دورك يتطلب خطوة ثانية: أعدّ تطبيق المصادقة الآن ليتم تسجيل دخولك.
enrol-lead-mail = الرمز الذي في الرسالة صحيح. دورك يتطلب خطوة ثانية: أعدّ الآن تطبيق مصادقة، وعندئذ تكون قد سجّلت الدخول.
factor-demanded = دورك يتطلب تسجيل الدخول بخطوتين، فلا يمكن إيقافه.
muted-heading = دورك لا يمنحك شيئًا هنا
muted-set-up = يتطلب الدور تسجيل الدخول بخطوتين. أعدّ تطبيق المصادقة ليعمل من جديد.
muted-sign-in = يتطلب الدور رمزًا. سجّل الخروج ثم سجّل الدخول برمز من تطبيق المصادقة.
factor-title = تسجيل الدخول بخطوتين
factor-page-lead = مع تطبيق المصادقة لا يمكن لأحد تسجيل الدخول بكلمة مرورك وحدها.
factor-none = يعرض تطبيق على هاتفك أو مدير كلمات المرور رمزًا تدخله بعد كلمة المرور.
factor-off = متوقف
factor-scan = أضف هذه الخدمة إلى تطبيقك
factor-scan-lead = افتح تطبيق المصادقة وامسح هذا الرمز.
factor-qr = رمز QR لتطبيق المصادقة
factor-open = فتح تطبيق على هذا الجهاز
factor-secret = أو اكتب هذا المفتاح في التطبيق:
factor-try = أدخل الرمز الذي يعرضه التطبيق
factor-app = تطبيق المصادقة
factor-since = منذ { $day }.
factor-used = آخر استخدام: { $when }.
factor-replace = إعداد تطبيق آخر يحل محل هذا التطبيق. كلا التغييرين يسجّل خروجك من كل مكان آخر.
recovery-codes = رموز الاسترداد
codes-left = { $count ->
    [zero] لم يبقَ أي رمز استرداد.
    [one] بقي رمز استرداد واحد.
    [two] بقي رمزا استرداد.
    [few] بقيت { $count } رموز استرداد.
    [many] بقي { $count } رمز استرداد.
   *[other] بقي { $count } رمز استرداد.
}
codes-few = أنشئ رموزًا جديدة لتتمكن من تسجيل الدخول دون تطبيقك.
codes-lead = كل رمز من هذه الرموز يتيح للحساب { $name } تسجيل الدخول مرة واحدة دون التطبيق. احفظها حيث تجدها دون هاتفك. لن تُعرض مرة أخرى.
codes-copy = نسخ
codes-copied = تم نسخ الرموز.
codes-download = تنزيل
codes-print = طباعة
codes-file = رموز استرداد الحساب { $name } في { $service }
ask-codes = إنشاء رموز استرداد جديدة؟
ask-codes-lead = ستتوقف كل الرموز السابقة عن العمل.
ask-factor = إعداد تطبيق آخر؟
ask-factor-lead = بعد تأكيده يتوقف التطبيق الذي تستخدمه الآن عن العمل هنا.
ask-factor-remove = إيقاف تسجيل الدخول بخطوتين؟
ask-factor-remove-lead = ستكفي كلمة مرورك وحدها لتسجيل الدخول. وتتوقف رموز الاسترداد عن العمل.
factor-trusted = المتصفحات الموثوقة
factor-trusted-lead = في هذه المتصفحات تسجّل الدخول بكلمة المرور وحدها. ينتهي ذلك بعد أيام، ومع كل تغيير لكلمة المرور، وعند استخدام رمز استرداد.
trusted-since = منذ { $day }، حتى { $until }.
trust-end-name = عدم الوثوق بالمتصفح { $device }
ask-trust = هل تريد إنهاء الثقة بالمتصفح { $device }؟
ask-trust-lead = سيطلب تسجيل الدخول التالي هناك رمزًا من جديد. ومن هو مسجّل الدخول هناك يبقى كذلك.
ask-trust-all = هل تريد إنهاء الثقة بكل المتصفحات؟
ask-trust-all-lead = سيطلب كل تسجيل دخول قادم رمزًا من جديد.
hint-trust = { $days ->
    [zero] لا يوثق بهذا المتصفح.
    [one] تكفي كلمة مرورك هنا ليوم واحد. فقط لجهاز لا يستخدمه غيرك.
    [two] تكفي كلمة مرورك هنا ليومين. فقط لجهاز لا يستخدمه غيرك.
    [few] تكفي كلمة مرورك هنا لمدة { $days } أيام. فقط لجهاز لا يستخدمه غيرك.
    [many] تكفي كلمة مرورك هنا لمدة { $days } يومًا. فقط لجهاز لا يستخدمه غيرك.
   *[other] تكفي كلمة مرورك هنا لمدة { $days } يوم. فقط لجهاز لا يستخدمه غيرك.
}

## Passkeys

passkeys-title = مفاتيح المرور
passkeys-lead = يسجّل مفتاح المرور دخولك بإصبعك أو وجهك أو رمز PIN لجهازك. لا شيء لتتذكره، ولا شيء يمكن لصفحة مزيفة أن تطلبه منك.
passkeys-none = ليس لديك مفتاح مرور بعد.
passkeys-count = { $count ->
    [0] لا يوجد
    [one] مفتاح مرور واحد
    [two] مفتاحا مرور
    [few] { $count } مفاتيح مرور
    [many] { $count } مفتاح مرور
   *[other] { $count } مفتاح مرور
}
passkeys-unavailable = تنشئ المتصفحات مفاتيح المرور للأسماء فقط. افتح هذه الخدمة باسمها بدلًا من عنوان من أرقام.
passkey-add = إضافة مفتاح مرور
passkey-add-lead = سيطلب منك جهازك تأكيد أنك أنت.
passkey-script = تحتاج مفاتيح المرور إلى البرامج النصية وإلى متصفح يعرفها.
passkey-not-used = لم يُستخدم أي مفتاح مرور. حاول مرة أخرى أو استخدم طريقة أخرى.
passkey-there = لدى هذا الجهاز مفتاح مرور لهذا الحساب من قبل.
passkey-since = أُضيف في { $day }.
passkey-syncs = على عدة أجهزة.
passkey-broken = أُنشئ لعنوان آخر لهذه الخدمة ولم يعد يعمل. يمكنك إزالته.
passkey-rename-name = تغيير اسم { $name }
passkey-remove-name = إزالة { $name }
ask-passkey-remove = إزالة { $name }؟
ask-passkey-remove-lead = لن يسجّل دخولك بعد الآن، وسيتم تسجيل خروجك من كل مكان آخر. احذفه من الجهاز أيضًا.
passkey-factor-lead = كلمة مرورك صحيحة. أكّد الآن بمفتاح مرور.
passkey-proof-lead = سجّلت الدخول بمفتاح مرور. أكّد به أنك أنت.
hint-passkey-name = اتركه فارغًا لاستخدام اسم الجهاز.

## Fields

field = { $field ->
    [identifier] اسم المستخدم
    [username] اسم المستخدم
    [email] البريد الإلكتروني
    [password] كلمة المرور
    [current_password] كلمة المرور الحالية
    [new_password] كلمة المرور الجديدة
    [code] الرمز من الرسالة
    [display_name] الاسم المعروض
    [language] اللغة
    [pronouns] الضمائر
    [app_code] الرمز من تطبيقك
    [recovery_code] رمز الاسترداد
    [sure] نعم، افعل هذا
    [confirm] اسم المستخدم
    [trust_device] الوثوق بهذا المتصفح
    [passkey_name] اسم مفتاح المرور
   *[other] ?
}
hint-username = حروف وأرقام ونقطة وشرطة وشرطة سفلية؛ عدد الأحرف من { $min } إلى { $max }.
hint-username-setup = حروف وأرقام ونقطة وشرطة وشرطة سفلية؛ عدد الأحرف من { $min } إلى { $max }. الأسماء مثل «admin» محجوزة.
hint-email = لكي يتمكن القائمون على هذه الخدمة من التواصل معك. لا يُستخدم لتسجيل الدخول.
hint-email-mail = تؤكده لاحقًا برسالة: عندئذ يمكنك تسجيل الدخول به، واختيار كلمة مرور جديدة إذا نسيت كلمتك.
hint-email-needed = نرسل رسالة إلى هذا العنوان. يُفتح حسابك حين تؤكّده.
email-unconfirmed = لم يُؤكد بعد. بعد تأكيده يمكنك تسجيل الدخول به، واختيار كلمة مرور جديدة إذا نسيت كلمتك.
hint-any-code = ستة أرقام من تطبيقك، أو رمز استرداد.
hint-app-code = ستة أرقام تتغير كل 30 ثانية. كل رمز يعمل مرة واحدة.
hint-new-password = { $min ->
    [zero] أي عدد من الأحرف، مثل أربع كلمات لا صلة بينها.
    [one] حرف واحد على الأقل، مثل أربع كلمات لا صلة بينها.
    [two] حرفان على الأقل، مثل أربع كلمات لا صلة بينها.
    [few] { $min } أحرف على الأقل، مثل أربع كلمات لا صلة بينها.
    [many] { $min } حرفًا على الأقل، مثل أربع كلمات لا صلة بينها.
   *[other] { $min } حرف على الأقل، مثل أربع كلمات لا صلة بينها.
}
hint-display-name = اتركه فارغًا ليظهر اسم المستخدم بدلًا منه.
password-strength = قوة كلمة المرور

## What is wrong with a field

problem-required = { $field ->
    [username] أدخل اسم مستخدم.
    [email] أدخل عنوان بريد إلكتروني.
    [identifier] أدخل اسم المستخدم الخاص بك.
    [password] أدخل كلمة مرور.
    [current_password] أدخل كلمة المرور الحالية.
    [new_password] أدخل كلمة مرور جديدة.
    [code] أدخل الرمز من الرسالة.
    [sure] ضع علامة في هذا المربع أولًا.
    [confirm] أدخل اسم المستخدم الخاص بك.
    [passkey_name] أدخل اسمًا.
   *[other] أدخل شيئًا هنا.
}
problem-too-short = { $min ->
    [zero] أي عدد من الأحرف.
    [one] حرف واحد على الأقل.
    [two] حرفان على الأقل.
    [few] { $min } أحرف على الأقل.
    [many] { $min } حرفًا على الأقل.
   *[other] { $min } حرف على الأقل.
}
problem-too-long = { $max ->
    [zero] لا يُقبل أي حرف هنا.
    [one] حرف واحد على الأكثر.
    [two] حرفان على الأكثر.
    [few] { $max } أحرف على الأكثر.
    [many] { $max } حرفًا على الأكثر.
   *[other] { $max } حرف على الأكثر.
}
problem-too-many-bytes = { $max ->
    [zero] لا يُقبل أي بايت هنا.
    [one] بايت واحد على الأكثر.
    [two] بايتان على الأكثر.
    [few] { $max } بايتات على الأكثر.
    [many] { $max } بايت على الأكثر.
   *[other] { $max } بايت على الأكثر.
}
problem-invalid = { $field ->
    [email] أدخل عنوان بريد إلكتروني مثل name@example.com.
    [password] كلمة المرور غير صحيحة.
    [current_password] هذه ليست كلمة المرور الحالية.
    [code] يتكون الرمز من ثمانية أرقام.
    [app_code] الرمز مكوّن من ستة أرقام.
    [confirm] هذا ليس اسم المستخدم الخاص بك.
    [credential] ردّ الجهاز غير صالح. حاول مرة أخرى.
   *[other] هذه القيمة غير صالحة.
}
problem-wrong-pair = الاسم أو كلمة المرور غير صحيحة.
problem-bad-characters = { $field ->
    [username] استخدم الحروف والأرقام والنقطة والشرطة والشرطة السفلية، من دون مسافات.
   *[other] يوجد هنا أحرف لا يمكن استخدامها.
}
problem-address = يبدو هذا عنوان بريد إلكتروني. اكتبه في حقل «البريد الإلكتروني».
problem-unseen = لا يظهر من هذا شيء. استخدم أحرفًا مرئية.
problem-confusable = يخلط هذا حروفًا من عدة أبجديات. استخدم أبجدية واحدة.
problem-looks-latin = كل حرف هنا يشبه حرفًا لاتينيًا. استخدم حروفًا لاتينية أو أضف حرفًا لا يشبهها.
problem-reserved = هذا الاسم محجوز. اختر اسمًا آخر.
problem-taken = { $field ->
    [username] اسم المستخدم هذا مأخوذ. اختر اسمًا آخر.
   *[other] هذه القيمة مأخوذة. اختر غيرها.
}
problem-unknown = لا يوجد حقل كهذا هنا.
problem-breached = هذه من أول كلمات المرور التي يجرّبها المهاجمون. اختر غيرها.
problem-own-name = لا يصلح اسمك أو عنوانك كلمةَ مرور. اختر غيرها.
problem-service-name = لا يصلح اسم هذه الخدمة كلمةَ مرور. اختر غيرها.
problem-same = هذه هي كلمة المرور الحالية. اختر غيرها.
problem-own-password = كلمة مرورك لا تصلح اسم مستخدم: فالجميع يراه. اختر اسمًا آخر.
problem-unfit-claims = ما يصبح منها مطالبات في رموز الوصول كبير جدًا: ‏{ $max } بايت مجتمعةً على الأكثر، و16 مستوى، ولا عدد يتجاوز double.
problem-wrong-code = هذا الرمز غير صحيح أو انتهى وقته. كل رمز يعمل مرة واحدة.

## How hard a password is to guess

strength-0 = ضعيفة جدًا: تُخمَّن فورًا.
strength-1 = ضعيفة: تُخمَّن خلال ساعات.
strength-2 = متوسطة: تُخمَّن ببعض الجهد.
strength-3 = جيدة: يصعب تخمينها.
strength-4 = قوية.
advice-keys = يسهل تخمين صفوف المفاتيح المتجاورة.
advice-repeats = يسهل تخمين التكرار.
advice-common = يستخدم كثيرون كلمة المرور هذه.
advice-similar = تشبه كلمة مرور يستخدمها كثيرون.
advice-sequences = يسهل تخمين التسلسلات.
advice-dates = يسهل تخمين السنوات والتواريخ.
advice-word = يسهل تخمين كلمة وحدها.
advice-names = يسهل تخمين الأسماء.
advice-more-words = أضف كلمة أو كلمتين؛ الكلمات النادرة أفضل.
advice-substitutions = الحروف الكبيرة والرموز المستخدمة بدل الحروف لا تفيد كثيرًا.

## Errors

error-malformed-body = تعذّرت قراءة محتوى الطلب.
error-not-utf8 = الطلب ليس بترميز UTF-8. أرسله بترميز UTF-8.
error-invalid-grant = انتهت هذه الجلسة. سجّل الدخول من جديد.
error-missing-token = يتطلب هذا رمز وصول في ترويسة Authorization.
error-invalid-token = رمز الوصول مفقود أو منتهي الصلاحية أو غير صالح.
error-missing-session = لم تسجّل الدخول.
error-session-mismatch = سجّلت الدخول بحساب آخر في علامة تبويب أخرى. أعد تحميل الصفحة.
error-reauthentication-required = أكّد كلمة المرور للقيام بهذا.
error-invalid-credentials = الاسم أو كلمة المرور غير صحيحة.
error-factor-required = هذا الحساب يستخدم تسجيل الدخول بخطوتين. أدخل أيضًا رمزًا من تطبيق المصادقة.
error-factor-enrolment-required = دورك يتطلب تسجيل الدخول بخطوتين. أعدّ تطبيق المصادقة أولًا.
error-last-way-in = لا يمكنك تسجيل الدخول بدون هذا، أو أن دورك يتطلبه، فلا يمكن إزالته.
error-invalid-code = هذا الرمز غير صحيح أو انتهى وقته. كل رمز يعمل مرة واحدة.
error-passkey-unknown = لا ينتمي مفتاح المرور هذا إلى أي حساب هنا. سجّل الدخول بطريقة أخرى.
error-invalid-passkey = لم يُقبل مفتاح المرور هذا. حاول مرة أخرى أو استخدم طريقة أخرى.
error-passkey-exists = مفتاح المرور هذا معروف من قبل.
error-too-many-passkeys = لديك أكبر عدد من مفاتيح المرور يمكن أن يكون لحساب. أزل واحدًا أولًا.
error-already-exists = يوجد بالفعل واحد بهذا المعرّف أو العنوان.
error-too-many-secrets = لدى هذا العميل أكبر عدد يمكن من الأسرار. أزل واحدًا أولًا.
error-resource-in-use = ما زال تطبيق يستخدم هذا المورد. أزله من هناك أولًا.
error-applied-from-file = طُبّق هذا من ملف. غيّر الملف وطبّقه من جديد.
error-overtaken = غيّر شخص آخر هذا في اللحظة نفسها. حاول مرة أخرى.
error-account-leaving = سيُحذف هذا الحساب. ما زال بالإمكان إبقاؤه.
error-address-unverified = أكّد عنوان بريدك الإلكتروني أولًا.
error-registration-closed = تحتاج الحسابات الجديدة هنا إلى دعوة.
error-forbidden = لا يُسمح لحسابك بالقيام بهذا.
error-password-change-required = كلمة مرور هذا الحساب أضعف من أن تُستخدم هنا. اطلب من المسؤول تعيين كلمة مرور جديدة.
error-stale-form = بقيت هذه الصفحة مفتوحة مدة طويلة. راجع ما أدخلته وأرسله مرة أخرى.
error-cross-origin = جاء هذا الطلب من موقع آخر وتم رفضه.
error-not-found = لا يوجد شيء على هذا العنوان.
error-method-not-allowed = لا يدعم هذا العنوان هذه الطريقة.
error-body-too-slow = استغرق وصول الطلب وقتًا طويلًا.
error-username-taken = اسم المستخدم هذا مأخوذ. اختر اسمًا آخر.
error-address-unavailable = أكّد شخص آخر هذا العنوان.
error-address-confirmed = هذا العنوان مؤكد من قبل.
error-primary-address = هذا عنوانك الرئيسي. اجعل عنوانًا آخر رئيسيًا أولًا.
error-too-many-addresses = لديك خمسة عناوين مؤكدة. أزل واحدًا منها أولًا.
error-last-admin = هذا آخر حساب مسؤول مفعّل. امنح حسابًا آخر صلاحيات المسؤول أولًا.
error-stale-token = تم تجديد هذه الجلسة في مكان آخر قبل لحظات. حاول مرة أخرى.
error-flow-over = استغرق هذا وقتًا طويلًا أو استُخدم من قبل. ابدأ من جديد.
error-setup-closed = لم يعد رابط الإعداد هذا صالحًا. إذا لم يكن هناك مسؤول بعد، فأعد تشغيل الخادم للحصول على رابط جديد.
error-body-too-large = الطلب كبير جدًا.
error-unsupported-media-type = أرسل الطلب بصيغة application/json.
error-misdirected-request = لا يستجيب هذا الخادم لاسم المضيف هذا.
error-invalid-input = بعض الحقول تحتاج إلى مراجعة.
error-too-many-requests = محاولات كثيرة جدًا.
error-account-throttled = جُرّبت هنا كلمات مرور خاطئة كثيرة. انتظر، أو سجّل الدخول من مكان سبق أن سجّلت الدخول منه.
error-source-blocked = تسجيل الدخول من شبكتك محظور. انتظر، أو اسأل القائمين على هذه الخدمة.
error-internal = حدث خطأ من جانبنا. حاول مرة أخرى.
error-overloaded = الخادم مشغول. حاول مرة أخرى بعد قليل.
error-mail-unavailable = هذه الخدمة لا ترسل رسائل بريد. اسأل القائمين عليها.
error-unavailable = الخدمة غير متاحة الآن. حاول مرة أخرى بعد قليل.
error-network-failure = تعذّر الوصول إلى الخادم. تحقّق من الاتصال وحاول مرة أخرى.

## Pages of errors

not-found-title = الصفحة غير موجودة
not-found-lead = ربما كُتب العنوان بشكل خاطئ، أو نُقلت الصفحة.
internal-title = حدث خطأ هنا
internal-lead = الخطأ من جانبنا وقد تم تسجيله. بياناتك في أمان.
setup-closed-title = لم يعد هذا الرابط صالحًا
setup-closed-lead = إذا لم يكن هناك مسؤول بعد، فأعد تشغيل الخادم للحصول على رابط جديد.
refused-title = تم رفض هذا الطلب
wait-title = انتظر لحظة
unavailable-title = غير متاح الآن
failed-title = لم ينجح ذلك
no-page-title = لا يوجد شيء للعرض هنا
no-page-lead = لا يقبل هذا العنوان إلا ما يرسله إليه نموذج أو برنامج.
unreadable-title = تعذّرت قراءة هذا النموذج
unreadable-lead = أُرسل بطريقة تختلف عن طريقة الصفحات هنا. أعد تحميل صفحته ثم أرسله مرة أخرى.
misdirected-title = هذا ليس عنوان الخدمة
misdirected-lead = وصلت إلى هنا عبر اسم مضيف آخر. يقودك الزر إلى العنوان الصحيح.
no-cookies-title = هذا المتصفح لا يحتفظ بملفات تعريف الارتباط
no-cookies-lead = تلقّى واحدًا من هذا الموقع قبل لحظة ولم يُعده. بدونها لا يمكن لأحد أن يبقى مسجّل الدخول هنا، ولا يُحفظ أي اختيار. اسمح بها لهذا الموقع ثم حاول مرة أخرى.
programs-title = هذا العنوان مخصّص للبرامج
try-again-link = المحاولة مرة أخرى
go-home = الانتقال إلى الصفحة الرئيسية

## What was done on the page before

said-saved = تم الحفظ.
said-password = تم تغيير كلمة المرور. تم تسجيل خروجك من كل مكان آخر.
said-confirmed = تم تأكيد كلمة المرور.
said-session = تم تسجيل خروج ذلك الجهاز.
said-device = تم تسجيل خروج { $device }.
said-others = تم تسجيل خروجك من كل مكان آخر.
said-all = تم تسجيل خروجك من كل مكان.
said-dismissed = أُخفي التحذير.
said-address-sent = الرسالة في طريقها.
said-address = تم تأكيد عنوانك.
said-factor-begun = أضف هذه الخدمة الآن إلى تطبيقك.
said-factor = تم تفعيل تسجيل الدخول بخطوتين. تم تسجيل خروجك من كل مكان آخر.
said-factor-removed = تم إيقاف تسجيل الدخول بخطوتين. تم تسجيل خروجك من كل مكان آخر.
said-passkey-begun = أنشئ الآن مفتاح المرور على جهازك.
said-passkey = أُضيف مفتاح المرور. سيسجّل دخولك من الآن.
said-passkey-renamed = تم تغيير الاسم.
said-passkey-removed = تمت إزالة مفتاح المرور. تم تسجيل خروجك من كل مكان آخر.
said-codes = رموز استرداد جديدة. الرموز السابقة لم تعد تعمل.
said-codes-kept = لم تعد الرموز معروضة.
said-trust-ended = لم يعد ذلك المتصفح موثوقًا.
said-all-trust-ended = لا يوجد متصفح موثوق.
said-addresses-changed = تم تغيير عناوينك. تم تسجيل خروجك من كل مكان آخر.
said-address-removed = أُزيل العنوان.
said-out = تم تسجيل خروجك.
said-leaving = أُغلق حسابك، وسيُحذف بعد 14 يومًا. لإبقائه سجّل الدخول قبل ذلك.

## Why somebody is at the sign-in page

reason-over = انتهت جلستك. سجّل الدخول للمتابعة.
reason-elsewhere = سجّلت الخروج في علامة تبويب أخرى.

## Dialogs

over-heading = انتهت جلستك
over-lead = تبقى هذه الصفحة كما هي، مع كل ما كتبته. سجّل الدخول من جديد للمتابعة.
over-link = تسجيل الدخول من جديد (علامة تبويب جديدة)
over-later = ليس الآن

## The account: profile

profile = الملف الشخصي
member-since = عضو منذ { $month }
edit = تعديل
add = إضافة
no-email = لا يوجد عنوان
as-browser = كما في المتصفح
reused-heading = أنهينا تسجيل دخول ربما تم نسخه
reused-lead = إذا لم تتعرّف عليه، فغيّر كلمة المرور.
see-devices = عرض أجهزتك

## الحساب: العنوان

address-title = عناوين البريد الإلكتروني
address-lead = بعنوان مؤكد يمكنك تسجيل الدخول، واختيار كلمة مرور جديدة إذا نسيت كلمتك، ويصلك خبر ما يحدث لحسابك.
address-unsent = لم يُؤكَّد { $address } بعد.
address-off = هذه الخدمة لا ترسل رسائل، فلا يمكن تأكيد أي عنوان الآن.
address-sent = أرسلنا رسالة إلى { $address }. أدخل الرمز منها هنا، أو افتح رابطها.
address-link = فتحت الرابط الذي أرسلناه إلى { $address }.
address-change = عنوان آخر؟
address-change-lead = يمكنك تسجيل الدخول بأي عنوان مؤكد، ويصل إلى كل عناوينك خبر ما يحدث. حين يُؤكَّد عنوان آخر يُسجَّل خروجك من كل مكان آخر.
address-main = العنوان الرئيسي
address-confirmed = العناوين المؤكدة
primary-name = جعل { $address } العنوان الرئيسي
remove-name = إزالة { $address }
ask-primary = هل تريد جعل { $address } عنوانك الرئيسي؟
ask-primary-lead = يظهر مع حسابك، وإليه تُرسل رسالة كلمة المرور الجديدة عندما تذكر اسم المستخدم. سيُسجَّل خروجك من كل مكان آخر. يبقى العنوان السابق مؤكدًا، ويمكن برسالة إليه التراجع عن هذا خلال أسبوع.
ask-remove = هل تريد إزالة { $address }؟
ask-remove-lead = لن يمكنك تسجيل الدخول به، ولن تُرسل إليه رسائل. سيُسجَّل خروجك من كل مكان آخر. يمكن برسالة إليه التراجع عن هذا خلال أسبوع.
address-again = لم تصلك رسالة؟
address-again-lead = انظر أولًا في مجلد الرسائل غير المرغوب فيها.
address-mend = العنوان خاطئ؟
address-other = هذا الرابط لحساب آخر
address-other-lead = سجّل الخروج هنا، وسجّل الدخول إلى الحساب الذي أُرسل من أجله، وافتح الرابط مرة أخرى. إذا كنت لا تعرف عنه شيئًا فتجاهل الرسالة: لا يستطيع أحد غيرك تأكيد عنوانك.
address-confirm = تأكيد
verify-title = تأكيد العنوان
address-is = { $address } مؤكد.
verify-none = يُفتح حسابك حين يكون له عنوان بريد إلكتروني مؤكَّد.
by-mail-title = تسجيل الدخول بالبريد
by-mail-lead = نرسل رمزًا إلى العنوان الذي أكّدته. به تسجّل الدخول هنا، في هذا المتصفح.
by-mail-nothing = إذا لم تؤكّد عنوانًا قط فلا يمكن إرسال رسالة. سجّل الدخول بكلمة مرورك، أو اسأل القائمين على { $service }.
by-mail-sent = إذا كان هناك حساب بهذا الاسم وعنوان مؤكَّد، فالرسالة في طريقها. أدخل هنا الرمز الذي فيها. يعمل عشر دقائق، في هذا المتصفح وحده.
register-closed-title = الدعوة مطلوبة
register-closed = لا ينشئ حسابًا هنا إلا من دُعي. اسأل القائمين على { $service }.
invite-title = أهلًا بك في { $service }
invite-lead = أنت مدعو. اختر اسم مستخدم وكلمة مرور: عندئذ يكون حسابك جاهزًا وتكون قد سجّلت الدخول.
invite-address = عنوان حسابك هو { $address }. وهو مؤكَّد.
address-disowned = أُزيل { $address } من هذا الحساب: يقول قارئ صندوق البريد إن الحساب ليس له. هل أخطأت في كتابة العنوان؟

## The account: sign-in and security

security = تسجيل الدخول والأمان
password-set = تم تعيينها { $when }
change = تغيير
recent-activity = النشاط الأخير
failed-lately = { $count ->
    [0] لا محاولات دخول فاشلة في آخر 7 أيام
    [one] محاولة دخول فاشلة واحدة في آخر 7 أيام
    [two] محاولتا دخول فاشلتان في آخر 7 أيام
    [few] { $count } محاولات دخول فاشلة في آخر 7 أيام
    [many] { $count } محاولة دخول فاشلة في آخر 7 أيام
   *[other] { $count } محاولة دخول فاشلة في آخر 7 أيام
}
see-all = عرض الكل
devices-count = { $count ->
    [zero] لم يتم تسجيل الدخول على أي جهاز
    [one] تم تسجيل الدخول هنا فقط
    [two] تم تسجيل الدخول على جهازين
    [few] تم تسجيل الدخول على { $count } أجهزة
    [many] تم تسجيل الدخول على { $count } جهازًا
   *[other] تم تسجيل الدخول على { $count } جهاز
}

## The account: devices

devices = الأجهزة
devices-lead = المتصفحات والتطبيقات التي سُجّل منها الدخول إلى حسابك.
notice-on = تصلك رسالة حين يُسجَّل الدخول من متصفح أو برنامج جديد.
notice-off = لا تصلك رسالة حين يُسجَّل الدخول من متصفح أو برنامج جديد. تُرسل رسائل الأمان الأخرى.
this-browser = هذا المتصفح
active-now = نشط الآن
only-here = تم تسجيل دخولك هنا فقط.
since-day = منذ { $day }
unknown-address = عنوان غير معروف
sign-ins = { $count ->
    [zero] لا تسجيلات دخول
    [one] تسجيل دخول واحد
    [two] تسجيلا دخول
    [few] { $count } تسجيلات دخول
    [many] { $count } تسجيل دخول
   *[other] { $count } تسجيل دخول
}
older-sessions = لا تظهر الأجهزة الأقدم.
ask-one = تسجيل الخروج من { $device }؟
ask-one-lead = سيلزم تسجيل الدخول من جديد على { $device } ({ $address }).
ask-others = تسجيل الخروج من كل مكان آخر؟
ask-others-lead = سيتم تسجيل خروج كل أجهزتك الأخرى. ستبقى مسجّل الدخول هنا.
ask-all = تسجيل الخروج من كل مكان؟
ask-all-lead = سيتم تسجيل خروج كل أجهزتك، ومنها هذا المتصفح.
device-on = { $browser } على { $system }
device-browser-on = متصفح على { $system }
device-app = تطبيق («{ $name }»)
device-unknown = جهاز غير معروف
device-program = برنامج غير معروف

## The account: activity

activity = النشاط
activity-lead = ما حدث لحسابك. إذا كان هناك شيء لم تقم به، فسجّل خروج الأجهزة التي لا تتعرّف عليها وغيّر كلمة المرور.
activity-empty = لا يوجد شيء هنا بعد.
activity-none-yet = لا شيء من هذا النوع بين الأحداث الأحدث.
filter = عرض
show-all = الكل
show-sign-ins = عمليات تسجيل الدخول
show-failed = المحاولات الفاشلة
show-changes = التغييرات
today = اليوم
yesterday = أمس
newest = الأحدث
older = الأقدم
was-refused = مرفوض
not-me = لم أكن أنا
not-me-heading = أبعد الآخرين
not-me-lead = اختر كلمة مرور جديدة. يُسجَّل الخروج من كل الأجهزة الأخرى فورًا. ثم انظر هل في ملفك الشخصي ما ليس منك.
event-why = { $what }: { $why }
event-by = { $what } ({ $by })
by-operator = من قِبل القائمين على هذه الخدمة
by-system = من قِبل الخدمة نفسها
by-admin = من قِبل أحد المسؤولين
event = { $kind ->
    [login] تسجيل دخول
    [login-begin] كلمة المرور صحيحة وطُلب رمز
    [logout] تسجيل خروج
    [register] تم إنشاء الحساب
    [invitation-accept] أُنشئ الحساب بدعوة
    [reauthenticate] تم تأكيد كلمة المرور
    [profile-update] تم تغيير الملف الشخصي
    [notices-choose] شُغّلت الرسائل عن عمليات تسجيل الدخول الجديدة أو أوقفت
    [username-change] تم تغيير اسم المستخدم
    [session-revoke] تم تسجيل خروج جهاز
    [session-reuse] استُخدم تسجيل دخول منسوخ وتم إنهاؤه
    [session-replay] استمر تسجيل دخول بمفتاح أقدم
    [session-renew] تم استبدال مفاتيح تسجيل دخول
    [alert-dismiss] أُخفي تحذير
    [session-supersede] تسجيل دخول جديد حلّ محل السابق
    [access] تم السماح بالدخول
    [user-disable] تم تعطيل الحساب
    [user-enable] تم تفعيل الحساب
    [user-unlock] تم محو محاولات الدخول الفاشلة
    [role-grant] تم منح دور
    [role-withdraw] تم سحب دور
    [user-app_metadata] تم تغيير ما يحفظه التطبيق عنك
    [password-change] تم تغيير كلمة المرور
    [password-set] تم تعيين كلمة مرور جديدة
    [address-set] تم تعيين عنوان
    [address-ask] طُلبت رسالة لتأكيد عنوان
    [address-verify] تم تأكيد عنوان
    [address-withdraw] أُزيل عنوان قبل تأكيده
    [address-refuse] أزال صاحب صندوق البريد عنوانًا
    [address-add] تم تأكيد عنوان آخر
    [address-change] تم تغيير العنوان الرئيسي
    [address-remove] أُزيل عنوان مؤكد
    [address-undo] تم التراجع عن تغيير العناوين عبر البريد
    [account-secure] سُجِّل خروج الجميع عبر البريد وأُبطلت كلمة المرور
    [recovery-ask] طُلبت رسالة لكلمة مرور جديدة
    [mail_code-ask] طُلبت رسالة فيها رمز لتسجيل الدخول
    [mail_code-give] كان رمز رسالة لتسجيل الدخول صحيحًا
    [recovery-code] كان رمز الرسالة لكلمة مرور جديدة صحيحًا
    [password-reset] اختيرت كلمة مرور جديدة عبر البريد
    [user-import] تم نقل الحساب من مكان آخر
    [setup-claim] تم منح صلاحيات المسؤول عبر رابط الإعداد
    [totp-set] تم إعداد تسجيل الدخول بخطوتين
    [totp-remove] تمت إزالة تسجيل الدخول بخطوتين
    [recovery_codes-set] أُنشئت رموز استرداد جديدة
    [deletion-ask] طُلب حذف الحساب
    [deletion-stop] أُبقي على الحساب
    [user-erase] حُذف الحساب
    [data-export] نُزّلت كل البيانات عنك
    [trusted_device-set] أصبح أحد المتصفحات موثوقًا
    [trusted_device-remove] لم يعد أحد المتصفحات موثوقًا
    [trusted_device-reuse] استُخدم ملف تعريف ارتباط قديم أو منسوخ لمتصفح موثوق
    [passkey-set] أُضيف مفتاح مرور
    [passkey-rename] حصل مفتاح مرور على اسم آخر
    [passkey-remove] أُزيل مفتاح مرور
    [passkey-counter] تراجع عدّاد مفتاح مرور
    [app-allow] سُمح لتطبيق بالدخول
    [app-deny] لم يُسمح لتطبيق بالدخول
    [app-start] سجّل تطبيق دخولك
    [app-code_replay] استُخدم رمز تطبيق مرتين، وأُنهي ما منحه
    [app-withdraw] سُحب ما كان يُسمح لتطبيق به
    [app-end] سجّل تطبيق خروجك
   *[other] تغيّر شيء ما
}
event-refused = { $kind ->
    [login] محاولة تسجيل دخول فاشلة
    [register] تعذّر إنشاء حساب
    [reauthenticate] لم يتم تأكيد كلمة المرور
    [access] تم رفض شيء ما
    [password-change] لم يتم تغيير كلمة المرور
    [address-verify] لم يتم تأكيد عنوان
    [recovery-code] كان رمز الرسالة خاطئًا
    [mail_code-give] كان رمز رسالة لتسجيل الدخول خاطئًا
    [setup-claim] لم يكن رابط الإعداد صالحًا
    [session-reuse] استُخدم تسجيل دخول منسوخ وتم إنهاؤه
    [app-code_replay] استُخدم رمز تطبيق مرتين، وأُنهي ما منحه
    [session-replay] استمر تسجيل دخول بمفتاح أقدم
    [trusted_device-reuse] استُخدم ملف تعريف ارتباط قديم أو منسوخ لمتصفح موثوق، فانتهت الثقة به
   *[other] تم رفض شيء ما
}
outcome = { $outcome ->
    [wrong_password] كلمة مرور غير صحيحة
    [wrong_code] رمز خاطئ
    [unknown_account] اسم غير معروف
    [account_disabled] كان الحساب معطّلًا
    [password_too_weak] كلمة المرور أضعف من أن تُستخدم هنا
    [limited] محاولات كثيرة جدًا
    [overtaken] كان الحساب قيد التغيير
    [insufficient_scope] غير مسموح لهذا الحساب
    [stale_form] كانت الصفحة من تسجيل دخول سابق أو ظلت مفتوحة مدة طويلة
    [session_mismatch] عمليتا تسجيل دخول مختلفتان
    [account_leaving] كان قد طُلب حذف الحساب
    [wrong_passkey] ردّ مفتاح مرور خاطئ
    [unknown_passkey] مفتاح مرور غير معروف
    [address_unverified] لم يكن العنوان مؤكَّدًا
   *[other] ?
}

## Account: data

data = البيانات
data-lead = ما تحتفظ به هذه الخدمة عنك، وكيف تغادر.
data-heading = تنزيل بياناتك
data-file = ملف (JSON) فيه ما تحتفظ به هذه الخدمة عنك. وما تُرك، مثل تجزئة كلمة مرورك، مذكور فيه مع السبب.
leave-heading = حذف الحساب
leave-lead = { $days ->
    [one] سيُسجّل خروجك من كل مكان، ولن يستطيع أحد استخدام الحساب. بعد يوم واحد يُحذف بكل ما فيه؛ ويحتفظ سجل الخدمة بعناوين الشبكة مدةً من الزمن دون اسمك. وحتى ذلك الحين يمكنك تسجيل الدخول وإبقاؤه.
    [two] سيُسجّل خروجك من كل مكان، ولن يستطيع أحد استخدام الحساب. بعد يومين يُحذف بكل ما فيه؛ ويحتفظ سجل الخدمة بعناوين الشبكة مدةً من الزمن دون اسمك. وحتى ذلك الحين يمكنك تسجيل الدخول وإبقاؤه.
    [few] سيُسجّل خروجك من كل مكان، ولن يستطيع أحد استخدام الحساب. بعد { $days } أيام يُحذف بكل ما فيه؛ ويحتفظ سجل الخدمة بعناوين الشبكة مدةً من الزمن دون اسمك. وحتى ذلك الحين يمكنك تسجيل الدخول وإبقاؤه.
   *[other] سيُسجّل خروجك من كل مكان، ولن يستطيع أحد استخدام الحساب. بعد { $days } يومًا يُحذف بكل ما فيه؛ ويحتفظ سجل الخدمة بعناوين الشبكة مدةً من الزمن دون اسمك. وحتى ذلك الحين يمكنك تسجيل الدخول وإبقاؤه.
}
leave-type = اكتب اسم المستخدم الخاص بك، { $name }، للتأكيد.
leaving-title = أتريد إبقاء حسابك؟
leaving-of = الحساب { $name } مغلق لأن حذفه قد طُلب.
leaving-until = سيُحذف بعد { $when }.
leaving-lead = إن أبقيته عاد كل شيء كما كان، وسجّلت الدخول من جديد.
leaving-go = غادر ودعه يُحذف
leaving-kept = حسابك باقٍ. سجّل الدخول لاستخدامه.
leaving-not-kept = استغرق ذلك وقتًا طويلًا. سيُحذف حسابك مع ذلك. لإبقائه سجّل الدخول مرة أخرى.

## The account: developer

roles = الأدوار
developer = التطوير
developer-lead = ما تراه تطبيقاتك عنك، ورمز الوصول الخاص بك.
user-id = معرّف المستخدم
metadata = البيانات الوصفية
metadata-lead = يمكنك تعديلها بنفسك أو عبر تطبيق يعمل نيابة عنك. لا تمنحك أي صلاحيات.
app-metadata = البيانات الوصفية للتطبيق
app-metadata-lead = ما يحفظه التطبيق عنك. يمكنك الاطلاع عليه؛ أما تغييره فللتطبيق والقائمين عليه.
json-bytes = { $bytes ->
    [zero] { $bytes } بايت من 16 KiB
    [one] بايت واحد من 16 KiB
    [two] بايتان من 16 KiB
    [few] { $bytes } بايتات من 16 KiB
    [many] { $bytes } بايت من 16 KiB
   *[other] { $bytes } بايت من 16 KiB
}
panel = استدعاء واجهة API المحمية
panel-lead = يرسل رمز الوصول الخاص بهذا المتصفح.
panel-asleep = يحتاج هذا الجزء إلى JavaScript وWebAssembly.
panel-request = الطلب
panel-answer = الرد
panel-send = إرسال الطلب
panel-call = استدعاء دالة الخادم
panel-show = إظهار الرمز
panel-busy = جارٍ الإرسال…
panel-copy-token = نسخ الرمز
panel-copy-curl = نسخ بصيغة curl
panel-token = رمز الوصول
panel-header = الترويسة
panel-claims = المطالبات
panel-expired = منتهي الصلاحية
panel-left = المتبقي: { $minutes } د { $seconds } ث

## Set-up is done

ready = { $service } جاهز
ready-lead = لديك الآن صلاحيات المسؤول. ثلاث خطوات قبل أن يسجّل الآخرون الدخول:
ready-admin = تم إنشاء حساب المسؤول
ready-admin-hint = احتفظ بكلمة المرور في مكان تجدها فيه لاحقًا. الأمر vestibule user create --admin NAME ينشئ حساب مسؤول ثانيًا.
ready-name = تسمية الخدمة
ready-name-hint = عيّن VESTIBULE_BRAND_NAME، وكذلك شعارًا ولونًا إن أردت.
ready-https = وضع https أمام الخدمة
ready-https-hint = عيّن VESTIBULE_PUBLIC_URL إلى عنوان يبدأ بـ https://، خلف وكيل أو بشهادة خاصة بك.
ready-done = تم
ready-open = لم يتم بعد
ready-doctor = الأمر vestibule doctor يفحص الباقي.
ready-found = ما وُجد عند فحص هذا الخادم
ready-go = الانتقال إلى حسابك

## Mails
# An operator can replace the messages whose names begin with "mail-": docs/mail.md.

mail-subject = { $kind ->
    [sign_in] تسجيل دخول جديد إلى حسابك في { $service }
    [sign_in_quiet] أوقفت رسائل تسجيل الدخول الجديد إلى { $service }
    [password_changed] تم تغيير كلمة مرورك في { $service }
    [password_set] لحسابك في { $service } كلمة مرور جديدة
    [username_changed] تم تغيير اسم المستخدم الخاص بك في { $service }
    [role_granted] لحسابك في { $service } دور جديد
    [role_withdrawn] فقد حسابك في { $service } دورًا
    [account_disabled] تم تعطيل حسابك في { $service }
    [account_enabled] تم تفعيل حسابك في { $service } من جديد
    [session_reuse] تم إنهاء تسجيل دخول منسوخ إلى حسابك في { $service }
    [sessions_ended] تم تسجيل خروج حسابك في { $service }
    [verify_address] أكّد عنوانك في { $service }
    [address_used] استخدم شخص ما عنوانك في { $service }
    [address_asked] طُلب عنوان جديد في { $service }
    [address_replaced] تم تغيير العنوان الرئيسي لحسابك في { $service }
    [address_new] أُضيف هذا العنوان إلى حسابك في { $service }
    [address_dropped] أُزيل هذا العنوان من حسابك في { $service }
    [addresses_changed] تم تغيير عناوين حسابك في { $service }
    [address_restored] عاد عنوان حسابك في { $service }
    [address_removed] أُزيل هذا العنوان من حساب في { $service }
    [secured] تم تسجيل خروج حسابك في { $service } من كل مكان
    [many_failures] محاولات دخول فاشلة كثيرة إلى حسابك في { $service }
    [reset] اختر كلمة مرور جديدة في { $service }
    [invitation] دعوتك إلى { $service }
    [invitation_made] أنشأ حسابك في { $service } دعوة
    [invitation_accepted] قُبلت دعوتك إلى { $service }
    [sign_in_code] رمزك في { $service }
    [after_closing] يحتاج حسابك في { $service } إلى كلمة مرور جديدة
    [password_reset] تمت إعادة تعيين كلمة مرورك في { $service }
    [factor_set] تم تفعيل تسجيل الدخول بخطوتين لحسابك في { $service }
    [factor_removed] تم إيقاف تسجيل الدخول بخطوتين لحسابك في { $service }
    [factor_taken] تمت إزالة تسجيل الدخول بخطوتين من حسابك في { $service }
    [passkey_set] أُضيف مفتاح مرور إلى حسابك في { $service }
    [passkey_removed] أُزيل مفتاح مرور من حسابك في { $service }
    [passkey_counter] ربما نُسخ مفتاح مرور لحسابك في { $service }
    [codes_set] رموز استرداد جديدة لحسابك في { $service }
    [code_used] استُخدم رمز استرداد لحسابك في { $service }
    [wrong_codes] شخص ما يعرف كلمة مرورك في { $service }
    [test] رسالة تجريبية من { $service }
    [deletion_asked] سيُحذف حسابك في { $service }
    [deletion_soon] سيُحذف حسابك في { $service } خلال ثلاثة أيام
    [deletion_stopped] حسابك في { $service } باقٍ
    [account_erased] حُذف حسابك في { $service }
    [data_exported] نُزّلت بيانات حسابك في { $service }
    [browser_trusted] حسابك في { $service } يثق بأحد المتصفحات
    [trust_reuse] ربما نُسخ متصفح موثوق لحسابك في { $service }
   *[other] بخصوص حسابك في { $service }
}
mail-lead = { $kind ->
    [sign_in] تم تسجيل الدخول إلى حسابك في { $service } من متصفح أو تطبيق جديد عليه.
    [sign_in_quiet] أوقفت لحسابك في { $service } الرسائل عن تسجيل الدخول من متصفحات وبرامج جديدة. ما زالت كل رسائل الأمان الأخرى تُرسل.
    [password_changed] تم تغيير كلمة مرور حسابك. تم تسجيل الخروج من كل الأجهزة الأخرى.
    [password_set] عيّن القائمون على { $service } كلمة مرور جديدة لحسابك. تم تسجيل الخروج من كل الأجهزة.
    [username_changed] تم تغيير اسم المستخدم لحسابك من { $before } إلى { $username }.
    [role_granted] منح القائمون على { $service } حسابك الدور «{ $role }».
    [role_withdrawn] سحب القائمون على { $service } الدور «{ $role }» من حسابك.
    [account_disabled] عطّل القائمون على { $service } حسابك. لا يستطيع أحد تسجيل الدخول إليه.
    [account_enabled] فعّل القائمون على { $service } حسابك من جديد. يمكنك تسجيل الدخول إليه.
    [session_reuse] استُخدم رمز قديم لتسجيل دخول إلى حسابك مرة أخرى. ربما نسخه شخص ما، لذلك أنهينا تسجيل الدخول هذا.
    [sessions_ended] سجّل القائمون على { $service } خروج حسابك من أجهزته أو من أحدها.
    [verify_address] أُعطي هذا العنوان لحساب في { $service }. إذا كنت أنت فأكّده خلال يوم وأنت مسجّل الدخول هناك.
    [address_used] أعطى شخص ما عنوانك لحساب آخر في { $service }. لا يُستخدم لذلك الحساب. إذا كنت أنت فسجّل الدخول إلى الحساب الذي لديك.
    [address_asked] أعطى شخص مسجّل الدخول إلى حسابك عنوانًا آخر له. لا يتغير شيء إلى أن يُؤكَّد ذلك العنوان.
    [address_replaced] لحسابك عنوان رئيسي آخر بدل هذا العنوان الذي يبقى مؤكدًا. تم تسجيل الخروج من كل الأجهزة الأخرى. إن كنا أخبرناك بهذا من قبل، فلديك أسبوع آخر من الآن.
    [address_new] تم تأكيد هذا العنوان لحسابك إلى جانب عناوينه الأخرى. تم تسجيل الخروج من كل الأجهزة الأخرى.
    [address_dropped] أُزيل هذا العنوان من حسابك، ولم يعد يُستخدم. تم تسجيل الخروج من كل الأجهزة الأخرى. إن كنا أخبرناك بهذا من قبل، فلديك أسبوع آخر من الآن.
    [addresses_changed] أُضيف عنوان إلى حسابك أو أُزيل منه، أو صار عنوان آخر هو الرئيسي، أو تم التراجع عن تغيير كهذا. تراها كلها في صفحة حسابك. تم تسجيل الخروج من الأجهزة الأخرى. إن كنا أخبرناك بهذا من قبل، فلديك أسبوع آخر من الآن.
    [address_restored] تم التراجع عن تغيير لعناوين حسابك برابط كنا أرسلناه إلى هذا العنوان. إنه العنوان الرئيسي، وأُزيل ما أُضيف إلى الحساب منذ ذلك. تم تسجيل الخروج من كل الأجهزة، ولم تعد كلمة المرور صالحة. تقود رسالة أخرى إلى كلمة جديدة. إذا طُلب منك رمز ليس لديك فاسأل القائمين على { $service }.
    [address_removed] تم التراجع عن تغيير لعناوين الحساب، ولم يعد هذا العنوان تابعًا له.
    [secured] فتح شخص ما رابط رسالة أمان من رسائلك وقال إنه ليس هو. تم تسجيل الخروج من كل الأجهزة، ولم تعد كلمة المرور صالحة. أُرسلت رسالة تقود إلى كلمة جديدة إلى العنوان الذي للحساب منذ أسبوع أو أكثر. إن لم يكن له عنوان كهذا فاطلب رسالة في صفحة تسجيل الدخول. أما مفاتيح المرور التي أُضيفت قبل أكثر من سبعة أيام فتبقى صالحة، فراجِعها بعد ذلك. إذا طُلب منك رمز ليس لديك فاسأل القائمين على { $service }.
    [many_failures] جرّب شخص ما كلمات مرور خاطئة لحسابك مرات كثيرة حتى صرنا لا نسمح بالمحاولة إلا بين حين وآخر. لم تنجح أي من هذه المحاولات.
    [after_closing] تم تسجيل خروج كل الأجهزة من حسابك، ولم تعد كلمة مروره صالحة، لأن قارئ رسالة أمان أراد ذلك. اختر كلمة مرور جديدة خلال 30 دقيقة. بعد ذلك اطلب رسالة أخرى في صفحة تسجيل الدخول. إذا طُلب منك رمز ليس لديك فاسأل القائمين على { $service }.
    [reset] طلب شخص ما كلمة مرور جديدة لحسابك في { $service }. إذا كنت أنت فاخترها خلال 30 دقيقة. سيُسجَّل الخروج من كل الأجهزة عندئذ.
    [invitation] أنت مدعو إلى إنشاء حساب في { $service }. يعمل الرابط مرة واحدة.
    [invitation_made] أنشأ شخص مسجّل الدخول إلى حسابك دعوة إلى { $service }. من يقبلها يكون له الدور «{ $role }».
    [invitation_accepted] قُبلت دعوة منك: لدى { $before } الآن حساب في { $service }.
    [sign_in_code] أحدهم يسجّل الدخول بالبريد إلى حسابك في { $service }. إذا كنت أنت، فأدخل هذا الرمز خلال عشر دقائق في الصفحة التي طلبته فيها.
    [password_reset] اختيرت كلمة مرور جديدة لحسابك برابط أو رمز أرسلناه إليك. تم تسجيل الخروج من كل الأجهزة.
    [factor_set] تم إعداد تطبيق مصادقة لحسابك. يتطلب تسجيل الدخول الآن رمزًا منه. تم تسجيل الخروج من كل الأجهزة الأخرى.
    [factor_removed] تمت إزالة تطبيق المصادقة من حسابك. تكفي كلمة مرورك وحدها لتسجيل الدخول. تم تسجيل الخروج من كل الأجهزة الأخرى.
    [factor_taken] أزال القائمون على { $service } تطبيق المصادقة ورموز الاسترداد ومفاتيح المرور من حسابك. تكفي الآن كلمة مرورك لتسجيل الدخول. إن لم تكن لك كلمة مرور فاختر واحدة عبر رسالة كلمة المرور المنسية من صفحة تسجيل الدخول. تم تسجيل الخروج من كل الأجهزة.
    [passkey_set] أُضيف مفتاح مرور إلى حسابك. من يملكه يمكنه تسجيل الدخول دون كلمة مرورك.
    [passkey_removed] أُزيل مفتاح مرور من حسابك. لم يعد يسجّل دخول أحد. تم تسجيل الخروج من كل الأجهزة الأخرى.
    [passkey_counter] سجّل شخص الدخول إلى حسابك بمفتاح مرور تراجع عدّاده. ربما توجد نسخة من الجهاز الذي هو عليه. إذا كنت لا تعرف السبب، فأزل مفتاح المرور.
    [codes_set] أُنشئت رموز استرداد جديدة لحسابك. الرموز السابقة لم تعد تعمل.
    [code_used] تم تسجيل الدخول إلى حسابك برمز استرداد بدلًا من تطبيق المصادقة. لم يعد الرمز يعمل.
    [wrong_codes] أدخل شخص ما كلمة مرورك الصحيحة ثم عدة رموز خاطئة. لم تسمح الرموز لأحد بالدخول. إن لم تكن أنت فهناك من يعرف كلمة مرورك.
    [test] إذا كنت تقرأ هذا فإن رسائل { $service } تصل.
    [deletion_asked] طُلب حذف حسابك. سُجّل خروج كل الأجهزة، ولا يستطيع أحد استخدام الحساب حتى يُحذف بكل ما فيه.
    [deletion_soon] طُلب حذف حسابك، وأوشكت المهلة على الانتهاء.
    [deletion_stopped] لن يُحذف حسابك. بقي كما كان، وعلى كل جهاز تسجيل الدخول من جديد.
    [account_erased] حُذف حسابك بكل ما فيه. هذه آخر رسالة بشأنه.
    [data_exported] نزّل شخص مسجّل الدخول إلى حسابك كل البيانات التي تحتفظ بها { $service } عنك.
    [browser_trusted] سجّل شخص ما الدخول إلى حسابك بكلمة المرور ورمز، واختار الوثوق بذلك المتصفح. في الأيام القادمة تُطلب فيه كلمة المرور وحدها دون رمز.
    [trust_reuse] استخدم شخص ما كلمة المرور الصحيحة وملف تعريف ارتباط قديمًا لمتصفح تثق به. ربما نسخه شخص ما، لذلك لم يعد ذلك المتصفح موثوقًا، وأُنهيت كل عمليات تسجيل الدخول التي تمت دون رمز.
   *[other] تغيّر شيء في حسابك في { $service }.
}
mail-account = الحساب
mail-when = الوقت
mail-device = بواسطة
mail-works-until = تعمل حتى
mail-erase-after = يُحذف بعد
mail-advice-own = إذا كنت أنت من فعل هذا فلا داعي لفعل شيء. وإلا فاختر كلمة مرور جديدة الآن: سيُسجَّل الخروج من كل الأجهزة الأخرى.
mail-advice-ask = إذا لم تكن تتوقع هذا فاسأل القائمين على { $service }.
mail-advice-keep = لإبقاء الحساب سجّل الدخول قبل ذلك. إن لم تكن أنت من طلب هذا فسجّل الدخول الآن واختر كلمة مرور جديدة.
mail-see-devices = عرض أجهزتك
mail-new-password = اختيار كلمة مرور جديدة
mail-undo = إذا لم تفعل هذا فتراجع عنه. يعمل الرابط أسبوعًا: يعود هذا العنوان العنوان الرئيسي لحسابك، وتُزال العناوين التي أُضيفت حديثًا، ويُسجَّل خروج الجميع.
mail-undo-go = التراجع عن التغيير
mail-not-me = إذا دخل شخص آخر إلى حسابك فاستخدم هذا الرابط. يعمل أسبوعًا: يسجّل خروج الجميع ويُبطل كلمة المرور. تختار كلمة جديدة بالبريد.
mail-not-me-go = لم أكن أنا
mail-refuse = إذا كنت لا تعرف شيئًا عن ذلك الحساب فيمكنك إزالة عنوانك منه. يعمل الرابط أسبوعًا.
mail-refuse-go = هذا ليس حسابي
mail-failed-from = { $sources ->
    [zero] لم تأت من أي عنوان شبكة.
    [one] جاءت من عنوان شبكة واحد.
    [two] جاءت من عنوانَي شبكة.
    [few] جاءت من { $sources } عناوين شبكة.
    [many] جاءت من { $sources } عنوان شبكة.
   *[other] جاءت من { $sources } عنوان شبكة.
}
mail-advice-guessed = إذا كنت أنت فاختر كلمة مرور جديدة عبر رابط كلمات المرور المنسية في صفحة تسجيل الدخول. وإلا فلا داعي لفعل شيء ما دامت كلمة مرورك طويلة ولا تُستخدم في مكان آخر؛ وإلا فاختر غيرها. حيث سجّلت الدخول من قبل يمكنك تسجيل الدخول كالمعتاد.
mail-keep = أبقِ الحساب
mail-go = { $kind ->
    [reset] اختيار كلمة مرور جديدة
    [invitation] إنشاء الحساب
    [after_closing] اختيار كلمة مرور جديدة
    [verify_address] تأكيد هذا العنوان
   *[other] متابعة
}
mail-code = أو أدخل هذا الرمز في الصفحة التي طلبت منها هذه الرسالة:
mail-code-alone = أدخل هذا الرمز في الصفحة التي طلبت فيها هذه الرسالة:
mail-ignore = { $kind ->
   *[other] إذا لم تكن أنت فتجاهل هذه الرسالة: لم يتغير شيء. لا تعط الرمز لأحد.
}
mail-reason = { $kind ->
    [verify_address] تصلك هذه الرسالة لأن شخصًا ما ذكر هذا العنوان في { $service } ({ $host }).
    [invitation] تصلك هذه الرسالة لأن القائمين على { $service } ({ $host }) دعوا هذا العنوان. إذا لم تكن تتوقعها فتجاهلها.
   *[other] تصلك هذه الرسالة لأنها تخص أمان حسابك في { $service } ({ $host }).
}
mail-never = لن يطلب منك أحد من { $service } كلمة مرورك أبدًا.
address-refused = رفض خادم البريد لهذا العنوان رسالتنا الأخيرة. اطلب من القائمين على هذه الخدمة تصحيحه.

## برامج أخرى: تسجيل الدخول بهذه الخدمة

oauth-bad-title = لا يعمل تسجيل الدخول هذا
oauth-bad-malformed = أرسلك التطبيق إلى هنا بطلب لا يمكن قراءته. عُد إليه وأبلغ صانعيه.
oauth-bad-client = التطبيق الذي أرسلك إلى هنا غير معروف أو متوقف. يجب ربطه من جديد.
oauth-bad-uri = التطبيق الذي أرسلك إلى هنا يريد إرسالك إلى عنوان ليس له. لم تُرسَل إليه. أبلغ صانعيه.
oauth-over-title = انتهى تسجيل الدخول هذا
oauth-over-lead = سبق الرد عليه أو استغرق وقتًا طويلًا. عُد إلى التطبيق وابدأ من جديد هناك.
login-onward = سجّل الدخول للمتابعة إلى { $name }.
proof-for = يطلب { $name } تأكيد هويتك.
choose-title = اختر حسابًا
choose-heading = المتابعة إلى { $name } باسم
choose-this = المتابعة باسم { $name }
choose-other = استخدام حساب آخر
consent-title = السماح بالوصول؟
consent-heading = يطلب { $name } الوصول
consent-lead = سيتمكن من:
consent-account = سجّلت الدخول باسم { $name }.
consent-not-you = لست أنت؟
consent-at = لدى { $name }
consent-new = جديد
consent-place = ستُرسَل إلى { $name }.
consent-here = ستُرسَل إلى برنامج على هذا الحاسوب. اسمح بذلك فقط إذا كنت قد شغّلته للتو.
consent-own = هذا التطبيق من هذه الخدمة.
consent-checked = ربط مشغّل هذه الخدمة هذا التطبيق.
consent-online = ينتهي وصوله عند تسجيل خروجك.
consent-offline = يبقى وصوله عند تسجيل خروجك حتى تسحبه.
consent-yes = السماح
consent-no = عدم السماح
consent-policy = ما يفعله ببياناتك
consent-terms = شروطه
consent-forbidden = لا يجوز لك استخدام { $name }
consent-forbidden-lead = ينقص حسابك الدور المطلوب. لم يُذكر عنك شيء.
consent-contact = اسأل { $contact }.
consent-back = العودة إلى { $name }
scope-openid = معرفة أنك أنت
scope-profile = رؤية اسمك واسم المستخدم
scope-email = رؤية عنوان بريدك الإلكتروني
scope-offline = الاحتفاظ بوصوله عند تسجيل خروجك
scope-roles = رؤية أدوارك
onward-title = المتابعة
onward-heading = المتابعة إلى { $name }
onward-lead = يجري إرسالك إلى حيث كنت. إذا لم يحدث شيء فاتبع الرابط.
onward-link = متابعة
onward-open = فتح التطبيق
onward-open-lead = يفتح متصفحك التطبيق عندما تنقر.
onward-post-lead = خطوة أخرى: تابع فتعود إلى التطبيق.
signed-out-title = تم تسجيل خروجك
signed-out-lead = لا أحد مسجّل الدخول إلى هذه الخدمة في هذا المتصفح. قد تعرفك تطبيقات أخرى بعد.
sign-out-title = تسجيل الخروج؟
sign-out-heading = تسجيل الخروج من { $service }؟
sign-out-of = يطلب { $name } ذلك. سيُسجَّل خروجك هنا ومن التطبيقات التي تستخدمها من هنا.
apps = تطبيقات لها وصول
apps-lead = ما تسمح للتطبيقات الأخرى بمعرفته وفعله. سحبه ينهي وصولها فورًا.
apps-count = { $count ->
    [zero] لا يملك أي تطبيق وصولًا.
    [one] يملك تطبيق واحد وصولًا.
    [two] يملك تطبيقان وصولًا.
    [few] تملك { $count } تطبيقات وصولًا.
    [many] يملك { $count } تطبيقًا وصولًا.
   *[other] يملك { $count } تطبيق وصولًا.
}
apps-none = لا يملك أي تطبيق وصولًا إلى حسابك.
apps-since = منذ { $when }
apps-used = آخر استخدام { $when }
apps-offline = يبقى وصوله عند تسجيل خروجك.
apps-online = ينتهي وصوله عند تسجيل خروجك.
apps-withdraw = سحب الوصول
apps-withdraw-name = سحب الوصول من { $name }
