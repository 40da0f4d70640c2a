import { serve } from "./_service.mjs";

serve();
